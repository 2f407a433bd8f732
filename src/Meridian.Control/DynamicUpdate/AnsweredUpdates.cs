using System.Buffers.Binary;

namespace Meridian.Control.DynamicUpdate;

/// <summary>
/// Updates of the last minutes by their signature, with their answers: a client that repeats itself is answered alike, and nobody
/// who has recorded a message can have it done again (RFC 8945 §10.1). After a restart the change log knows them, by the same
/// signature. May be called from many threads at once.
/// </summary>
internal sealed class AnsweredUpdates(TimeProvider time)
{
    private readonly Lock _access = new();
    private readonly Dictionary<string, byte[]?> _answers = [];
    private readonly Queue<(string Signature, DateTimeOffset Until)> _order = [];

    /// <summary>Whether an update has come for the first time.</summary>
    /// <param name="signature">Its key and MAC.</param>
    /// <param name="answer">What it was answered with; null when that is not known yet.</param>
    public bool TryBegin(string signature, out byte[]? answer)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_access)
        {
            if (_answers.TryGetValue(signature, out answer))
            {
                return false;
            }
            while (_order.TryPeek(out (string Signature, DateTimeOffset Until) oldest)
                && (oldest.Until <= now || _order.Count >= DynamicUpdateLimits.MaxRemembered))
            {
                _answers.Remove(oldest.Signature);
                _order.Dequeue();
            }
            _answers.Add(signature, null);
            _order.Enqueue((signature, now + DynamicUpdateLimits.Remembrance));
            return true;
        }
    }

    /// <summary>Remembers the answer.</summary>
    public void Complete(string signature, byte[] answer)
    {
        lock (_access)
        {
            if (_answers.ContainsKey(signature))
            {
                _answers[signature] = answer;
            }
        }
    }

    /// <summary>Takes back a beginning that has come to nothing.</summary>
    public void Forget(string signature)
    {
        lock (_access)
        {
            _answers.Remove(signature);
        }
    }

    /// <summary>An answer for a repetition: the ID, which is not signed, may be another one (RFC 8945 §5.5).</summary>
    public static byte[] Readdress(byte[] answer, ReadOnlySpan<byte> request)
    {
        byte[] copy = [.. answer];
        BinaryPrimitives.WriteUInt16BigEndian(copy, BinaryPrimitives.ReadUInt16BigEndian(request));
        return copy;
    }
}
