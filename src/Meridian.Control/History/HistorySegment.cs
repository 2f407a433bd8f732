using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Meridian.Control.History;

/// <summary>
/// One file of the log: a checkpoint, and the changes after it. Records are framed by their length and a check of their
/// octets, so that what a crash left half written ends the file instead of being read as something else.
/// </summary>
internal static class HistorySegment
{
    private const string Extension = ".history";
    private const int FrameHeaderLength = 8;

    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("MERHIST1");

    /// <summary>Where a segment that begins at a stamp is.</summary>
    public static string PathOf(string directory, long firstStamp) =>
        Path.Combine(directory, firstStamp.ToString("D15", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The segments of a directory with their first stamps, oldest first.</summary>
    public static IReadOnlyList<(long FirstStamp, string Path)> List(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }
        return
        [
            .. Directory.EnumerateFiles(directory, "*" + Extension)
                .Select(path => (FirstStamp: StampOf(path), Path: path))
                .Where(segment => segment.FirstStamp >= 0)
                .OrderBy(segment => segment.FirstStamp),
        ];
    }

    /// <summary>Creates a segment. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public static FileStream Create(string directory, long firstStamp)
    {
        Directory.CreateDirectory(directory);
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
        {
            // Who was answered what, and what members are: nobody else's business.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        FileStream file = new(PathOf(directory, firstStamp), options);
        file.Write(Magic);
        return file;
    }

    public static void Append(Stream file, HistoryRecord record)
    {
        byte[] octets = HistoryEncoding.Encode(record);
        Span<byte> header = stackalloc byte[FrameHeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, octets.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], CheckOf(octets));
        file.Write(header);
        file.Write(octets);
    }

    /// <summary>The records of a segment in order, up to its end or to where it is damaged.</summary>
    public static IEnumerable<HistoryRecord> Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] header = new byte[FrameHeaderLength];
        byte[] magic = new byte[Magic.Length];
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.SequenceEqual(Magic))
        {
            yield break;
        }
        while (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length is < 2 or > HistoryLimits.RecordLength || length > file.Length - file.Position)
            {
                yield break;
            }
            byte[] octets = new byte[length];
            file.ReadExactly(octets);
            if (CheckOf(octets) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)) || TryDecode(octets) is not { } record)
            {
                yield break;
            }
            yield return record;
        }
    }

    private static HistoryRecord? TryDecode(byte[] octets)
    {
        try
        {
            return HistoryEncoding.Decode(octets);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            // Of a version that this one does not know, or damaged in a way that the check did not see.
            return null;
        }
    }

    private static long StampOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long stamp) ? stamp : -1;

    // FNV-1a, 32 bits: enough to tell a torn write from a whole one.
    private static uint CheckOf(ReadOnlySpan<byte> octets)
    {
        uint hash = 2_166_136_261;
        foreach (byte octet in octets)
        {
            hash = (hash ^ octet) * 16_777_619;
        }
        return hash;
    }
}
