using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>Addresses as text.</summary>
internal sealed class IPAddressConverter : JsonConverter<IPAddress>
{
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out IPAddress? address) ? address : throw new JsonException("Not an address.");

    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Names in presentation format.</summary>
internal sealed class DomainNameConverter : JsonConverter<DomainName>
{
    public override DomainName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DomainName.TryParse(reader.GetString() ?? "", DomainName.Root, out DomainName? name) == DomainNameError.None && name is not null
            ? name
            : throw new JsonException("Not a name.");

    public override void Write(Utf8JsonWriter writer, DomainName value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Lists of the model as arrays.</summary>
internal sealed class ListConverter<T> : JsonConverter<ModelList<T>>
{
    public override ModelList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<ImmutableArray<T>>)options.GetTypeInfo(typeof(ImmutableArray<T>))));

    public override void Write(Utf8JsonWriter writer, ModelList<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value], (JsonTypeInfo<ImmutableArray<T>>)options.GetTypeInfo(typeof(ImmutableArray<T>)));
}
