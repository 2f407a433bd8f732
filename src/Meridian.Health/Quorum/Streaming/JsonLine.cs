using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>Reads one line of a stream.</summary>
internal static class JsonLine
{
    /// <summary>Null for an empty line, which only shows that the other end lives.</summary>
    /// <exception cref="InvalidDataException">The line is not what the protocol has.</exception>
    internal static T? Read<T>(in ReadOnlySequence<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        if (line.IsEmpty)
        {
            return null;
        }

        try
        {
            Utf8JsonReader reader = new(line);
            return JsonSerializer.Deserialize(ref reader, type);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"a line is not of this protocol: {e.Message}", e);
        }
    }
}
