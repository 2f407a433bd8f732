using System.Buffers.Binary;
using System.Globalization;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// Reads a write-ahead log as SQLite does, and looks at what comes behind the place where SQLite stops. SQLite takes the first frame
/// that is not whole for the end, without a word: right for a commit that the power cut short, wrong for damage in the middle. Each
/// commit is synced before the next is begun, so a frame behind a finished commit proves that everything before it was durable.
/// </summary>
/// <remarks>The format is https://www.sqlite.org/fileformat2.html#walformat. A commit that nothing follows cannot be told from one that was cut short.</remarks>
internal static class WalInspection
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint Magic = 0x377F0682;

    /// <summary>What is lost to damage in a store's log; null when nothing is, as far as can be told. A log that is not there is whole.</summary>
    public static string? FindDamage(StoreFiles files)
    {
        if (!File.Exists(files.WriteAheadLog))
        {
            return null;
        }
        using FileStream file = Open(files.WriteAheadLog);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            return null;
        }
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        bool isBigEndian = magic == (Magic | 1);
        (uint, uint) sum = Sum(header[..24], (0, 0), isBigEndian);
        bool isHeaderWhole = (magic & ~1u) == Magic && sum == ReadPair(header[24..]);
        // A damaged header makes SQLite pass over the whole log; the frames say themselves which log they are of.
        ulong? salt = isHeaderWhole ? BinaryPrimitives.ReadUInt64BigEndian(header[16..]) : null;
        if (FindDamage(file, salt, ReadPair(header[24..]), isBigEndian) is not { } damage)
        {
            return null;
        }
        // The log is begun anew, header and frames, only once everything is in the database, and neither is synced before the first
        // commit: a power cut in that moment can leave the new header, the new frames, both or parts of them, and loses nothing.
        return IsInDatabase(file, damage, files.Database) ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"log: {Path.GetFileName(file.Name)} is damaged at octet {damage.At}, and {damage.CommitsBehind} commits behind it that were acknowledged cannot be read");
    }

    /// <param name="At">Where the first frame is that is not whole; 0 for the header.</param>
    /// <param name="Salt">Of the log that it is in.</param>
    /// <param name="CommitsBehind">Finished ones of the same log.</param>
    private readonly record struct Damage(long At, ulong Salt, int CommitsBehind);

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);

    private static Damage? FindDamage(FileStream file, ulong? salt, (uint, uint) sum, bool isBigEndian)
    {
        byte[] frame = new byte[FrameHeaderLength + StoreFiles.PageLength];
        long brokenAt = salt is null ? 0 : -1;
        int commitsBehind = 0;
        bool isProven = false;
        // What the frame before says its sum is: equal to what it really is up to the damage, and all there is to go by behind it.
        for (long at = HeaderLength; file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; at += frame.Length)
        {
            ulong own = BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(8));
            bool isOfThisLog = own == (salt ??= own);
            (uint, uint) said = ReadPair(frame.AsSpan(16));
            // A frame that was written in part can have the salt of this log and the rest of an older one.
            bool isWhole = isOfThisLog && said == Sum(frame.AsSpan(FrameHeaderLength), Sum(frame.AsSpan(0, 8), sum, isBigEndian), isBigEndian);
            sum = said;
            if (isWhole && brokenAt < 0)
            {
                continue;
            }
            brokenAt = brokenAt < 0 ? at : brokenAt;
            if (!isWhole)
            {
                continue;
            }
            isProven |= commitsBehind > 0;
            commitsBehind += BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0 ? 1 : 0;
        }
        return isProven ? new Damage(brokenAt, salt.GetValueOrDefault(), commitsBehind) : null;
    }

    /// <summary>Whether the database has the last image of every page behind the damage.</summary>
    private static bool IsInDatabase(FileStream log, in Damage damage, string database)
    {
        Dictionary<uint, long> last = [];
        byte[] frame = new byte[FrameHeaderLength + StoreFiles.PageLength];
        long at = Math.Max(damage.At, HeaderLength);
        log.Position = at;
        for (; log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; at += frame.Length)
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(8)) == damage.Salt)
            {
                last[BinaryPrimitives.ReadUInt32BigEndian(frame)] = at + FrameHeaderLength;
            }
        }
        using FileStream pages = Open(database);
        byte[] page = new byte[StoreFiles.PageLength];
        Span<byte> image = frame.AsSpan(FrameHeaderLength);
        foreach ((uint number, long offset) in last)
        {
            log.Position = offset;
            pages.Position = (number - 1L) * StoreFiles.PageLength;
            if (log.ReadAtLeast(image, image.Length, throwOnEndOfStream: false) < image.Length
                || pages.ReadAtLeast(page, page.Length, throwOnEndOfStream: false) < page.Length || !image.SequenceEqual(page))
            {
                return false;
            }
        }
        return true;
    }

    private static (uint, uint) ReadPair(ReadOnlySpan<byte> octets) =>
        (BinaryPrimitives.ReadUInt32BigEndian(octets), BinaryPrimitives.ReadUInt32BigEndian(octets[4..]));

    private static (uint, uint) Sum(ReadOnlySpan<byte> octets, (uint First, uint Second) sum, bool isBigEndian)
    {
        (uint first, uint second) = sum;
        for (; octets.Length >= 8; octets = octets[8..])
        {
            (uint a, uint b) = isBigEndian ? ReadPair(octets)
                : (BinaryPrimitives.ReadUInt32LittleEndian(octets), BinaryPrimitives.ReadUInt32LittleEndian(octets[4..]));
            unchecked
            {
                first += a + second;
                second += b + first;
            }
        }
        return (first, second);
    }
}
