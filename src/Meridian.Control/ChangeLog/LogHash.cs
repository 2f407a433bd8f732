using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// The hashes of the log. They are over an encoding of the content and not over how a store keeps it, so that every
/// implementation, a backup and a follower compute the same.
/// </summary>
internal static class LogHash
{
    /// <summary>SHA-256 over key, version and body, each with its length.</summary>
    public static ContentHash OfDocument(in Document document)
    {
        int needed = 8 + 4 + 4 + 4 + Encoding.UTF8.GetMaxByteCount(document.Key.Kind.Length) + Encoding.UTF8.GetMaxByteCount(document.Key.Name.Length);
        byte[]? rented = null;
        // Most documents are short, and hashing them in one go is twice as fast.
        Span<byte> buffer = needed + document.Body.Length <= 1024
            ? stackalloc byte[1024]
            : (rented = System.Buffers.ArrayPool<byte>.Shared.Rent(needed + document.Body.Length));
        int length = WriteText(buffer, document.Key.Kind);
        length += WriteText(buffer[length..], document.Key.Name);
        BinaryPrimitives.WriteInt64BigEndian(buffer[length..], document.Version);
        length += 8;
        BinaryPrimitives.WriteInt32BigEndian(buffer[length..], document.Body.Length);
        length += 4;
        document.Body.Utf8.CopyTo(buffer[length..]);
        length += document.Body.Length;
        Span<byte> hash = stackalloc byte[ContentHash.Length];
        SHA256.HashData(buffer[..length], hash);
        if (rented is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }
        return new ContentHash(hash);
    }

    /// <summary>
    /// The digest of a state after one change. It is a sum of document hashes: enough to find damage and lost rows, which is
    /// what it is for. Against somebody who forges both documents and sums, only the chain of an earlier copy helps.
    /// </summary>
    public static ContentHash OfState(in ContentHash state, in LoggedChange change)
    {
        ContentHash result = state;
        if (change.Before is { } before)
        {
            result = result.Minus(OfDocument(before));
        }
        return change.After is { } after ? result.Plus(OfDocument(after)) : result;
    }

    /// <summary>The hash of a revision: over the one before it, its own fields, and each change.</summary>
    /// <param name="previous">The hash of the revision before; all zero for the first.</param>
    /// <param name="revision">Its own <see cref="Revision.Hash"/> is not looked at.</param>
    /// <param name="changes">As recorded.</param>
    public static ContentHash OfRevision(in ContentHash previous, Revision revision, IEnumerable<LoggedChange> changes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, previous);
        Append(hash, revision.Number);
        Append(hash, revision.At.ToUnixTimeMilliseconds());
        Append(hash, (long)revision.Origin);
        Append(hash, revision.Author);
        Append(hash, revision.Message);
        Append(hash, revision.Reason);
        Append(hash, revision.IdempotencyKey);
        Append(hash, revision.ChangeCount);
        Append(hash, revision.DocumentCount);
        Append(hash, revision.StateHash);
        foreach (LoggedChange change in changes)
        {
            Append(hash, change.Key.Kind);
            Append(hash, change.Key.Name);
            Append(hash, change.Before is { } before ? OfDocument(before) : default);
            Append(hash, change.After is { } after ? OfDocument(after) : default);
        }
        Span<byte> result = stackalloc byte[ContentHash.Length];
        hash.GetHashAndReset(result);
        return new ContentHash(result);
    }

    /// <summary>What a client asked for, to tell whether an idempotency key comes with the same request again.</summary>
    public static ContentHash OfRequest(ChangeSet changes) => changes.Request ?? OfRequest(changes.Changes);

    /// <inheritdoc cref="OfRequest(ChangeSet)"/>
    public static ContentHash OfRequest(ImmutableArray<DocumentChange> changes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (DocumentChange change in changes)
        {
            Append(hash, change.Key.Kind);
            Append(hash, change.Key.Name);
            Append(hash, change.Body is { } body ? body.Length : -1L);
            hash.AppendData(change.Body is { } content ? content.Utf8 : default);
        }
        Span<byte> result = stackalloc byte[ContentHash.Length];
        hash.GetHashAndReset(result);
        return new ContentHash(result);
    }

    private static int WriteText(Span<byte> destination, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, destination[4..]);
        BinaryPrimitives.WriteInt32BigEndian(destination, length);
        return 4 + length;
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> octets = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(octets, number);
        hash.AppendData(octets);
    }

    private static void Append(IncrementalHash hash, in ContentHash value)
    {
        Span<byte> octets = stackalloc byte[ContentHash.Length];
        value.CopyTo(octets);
        hash.AppendData(octets);
    }

    /// <summary>The length goes first, so that no two lists of texts run together; null is not the empty text.</summary>
    private static void Append(IncrementalHash hash, string? text)
    {
        if (text is null)
        {
            Append(hash, -1);
            return;
        }
        byte[] octets = Encoding.UTF8.GetBytes(text);
        Append(hash, octets.Length);
        hash.AppendData(octets);
    }
}
