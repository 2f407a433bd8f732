using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>Cuts a stream into lines of a bounded length.</summary>
internal static class LineReader
{
    /// <summary>All lines until the stream ends, each good until the next one is asked for. Empty ones are kept alive signs, and come too.</summary>
    /// <exception cref="InvalidDataException">A line is longer than allowed.</exception>
    internal static async IAsyncEnumerable<ReadOnlySequence<byte>> ReadAsync(
        PipeReader reader, int maxLength, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > maxLength)
            {
                throw new InvalidDataException($"a line is longer than {maxLength} octets");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                yield break;
            }
        }
    }
}
