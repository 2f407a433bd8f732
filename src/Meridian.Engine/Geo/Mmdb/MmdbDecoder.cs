namespace Meridian.Engine.Geo.Mmdb;

/// <summary>
/// Reads values of a data section (MaxMind DB File Format 2.0, "Output Data Section"). It never reads outside its section,
/// never nests deeper than <see cref="MmdbLimits.MaxDepth"/>, and counts what it looks at, so that no file can keep it busy.
/// </summary>
/// <param name="section">The data section, or the metadata section, which has the same form.</param>
internal ref struct MmdbDecoder(ReadOnlySpan<byte> section)
{
    // A pointer's size field adds these, so that no value can be written in two sizes ("pointer" in the format).
    private const int PointerBase2 = 2048;
    private const int PointerBase3 = 526_336;

    private readonly ReadOnlySpan<byte> _section = section;
    private int _valuesLeft = MmdbLimits.MaxValuesPerRecord;

    /// <summary>Allows the values of one more record.</summary>
    public void StartRecord() => _valuesLeft = MmdbLimits.MaxValuesPerRecord;

    /// <summary>
    /// Reads the value at a position and moves the position behind it, contents included. A pointer is followed;
    /// the position then moves behind the pointer.
    /// </summary>
    public MmdbValue Next(scoped ref int position)
    {
        (MmdbType type, long size) = ReadControl(ref position);
        if (type != MmdbType.Pointer)
        {
            MmdbValue value = ValueAt(type, size, position);
            position = EndOf(type, size, position, MmdbLimits.MaxDepth);
            return value;
        }
        if (size >= _section.Length)
        {
            throw new InvalidDataException($"A pointer leads to offset {size}, outside its section of {_section.Length} octets.");
        }
        int target = (int)size;
        (type, size) = ReadControl(ref target);
        return type == MmdbType.Pointer
            ? throw new InvalidDataException($"A pointer leads to another pointer, at offset {target}.")
            : ValueAt(type, size, target);
    }

    private readonly MmdbValue ValueAt(MmdbType type, long size, int position) => type switch
    {
        MmdbType.Map or MmdbType.Array => new MmdbValue { Type = type, Count = (int)size, ContentOffset = position },
        MmdbType.Boolean => new MmdbValue { Type = type },
        _ => new MmdbValue { Type = type, Payload = Slice(position, size) },
    };

    private int EndOf(MmdbType type, long size, int position, int depthLeft)
    {
        if (type is MmdbType.Map or MmdbType.Array)
        {
            return SkipEntries(type == MmdbType.Map ? size * 2 : size, position, depthLeft);
        }
        // A boolean is its own size; a pointer's target is no part of the place that holds it.
        return type is MmdbType.Boolean or MmdbType.Pointer ? position : position + Slice(position, size).Length;
    }

    private int SkipEntries(long count, int position, int depthLeft)
    {
        if (depthLeft == 0)
        {
            throw new InvalidDataException($"A record nests deeper than {MmdbLimits.MaxDepth} levels.");
        }
        for (long i = 0; i < count; i++)
        {
            (MmdbType type, long size) = ReadControl(ref position);
            position = EndOf(type, size, position, depthLeft - 1);
        }
        return position;
    }

    /// <summary>Reads a control byte with its extensions: the type and the size, or a pointer and its target.</summary>
    private (MmdbType Type, long Size) ReadControl(scoped ref int position)
    {
        if (--_valuesLeft < 0)
        {
            throw new InvalidDataException($"A record has more than {MmdbLimits.MaxValuesPerRecord} values.");
        }
        byte control = Slice(position++, 1)[0];
        MmdbType type = (MmdbType)(control >> 5);
        if (type == MmdbType.Pointer)
        {
            return (type, ReadPointer(control, ref position));
        }
        if (type == MmdbType.Extended)
        {
            type = (MmdbType)(Slice(position++, 1)[0] + 7);
        }
        int size = control & 0x1F;
        int extra = Math.Max(0, size - 28);
        long extended = ReadBigEndian(Slice(position, extra));
        position += extra;
        long length = size switch { 29 => 29 + extended, 30 => 285 + extended, 31 => 65_821 + extended, _ => size };
        CheckSize(type, length, position);
        return (type, length);
    }

    private readonly long ReadPointer(byte control, scoped ref int position)
    {
        int width = ((control >> 3) & 0x3) + 1;
        long high = control & 0x7;
        long low = ReadBigEndian(Slice(position, width));
        position += width;
        return width switch
        {
            1 => (high << 8) | low,
            2 => ((high << 16) | low) + PointerBase2,
            3 => ((high << 24) | low) + PointerBase3,
            _ => low,
        };
    }

    private static void CheckSize(MmdbType type, long size, int position)
    {
        bool isRight = type switch
        {
            MmdbType.Double => size == 8,
            MmdbType.Float => size == 4,
            MmdbType.UInt16 => size <= 2,
            MmdbType.UInt32 or MmdbType.Int32 => size <= 4,
            MmdbType.UInt64 => size <= 8,
            MmdbType.UInt128 => size <= 16,
            MmdbType.Boolean => size <= 1,
            MmdbType.Text or MmdbType.Bytes or MmdbType.Map or MmdbType.Array => true,
            _ => false,
        };
        if (!isRight)
        {
            throw new InvalidDataException($"The value before offset {position} has type {(int)type} and size {size}, which the format does not know.");
        }
    }

    private readonly ReadOnlySpan<byte> Slice(int position, long length) =>
        position >= 0 && length <= _section.Length - position
            ? _section.Slice(position, (int)length)
            : throw new InvalidDataException($"A value of {length} octets at offset {position} ends outside its section of {_section.Length} octets.");

    private static long ReadBigEndian(ReadOnlySpan<byte> octets)
    {
        long number = 0;
        foreach (byte octet in octets)
        {
            number = (number << 8) | octet;
        }
        return number;
    }
}
