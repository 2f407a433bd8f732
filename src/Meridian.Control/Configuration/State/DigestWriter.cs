using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.State;

/// <summary>
/// Hashes records by walking their properties by name, so that a property added to the model later counts without anybody
/// remembering it here.
/// </summary>
internal sealed class DigestWriter : IDisposable
{
    private const int RRsetBufferOctets = 64 << 10;
    private const int RRsetHeaderOctets = 12;

    private readonly Dictionary<Type, PropertyInfo[]> _properties = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest of everything appended, in lower-case hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    public void Append(object? value)
    {
        switch (value)
        {
            case null:
                AppendText('n', "");
                break;
            case string or bool or Enum or IPAddress or IPEndPoint or IPNetwork:
                AppendText('s', value.ToString() ?? "");
                break;
            case TimeSpan duration:
                AppendText('s', duration.ToString("c", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                AppendText('s', time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
                break;
            case IFormattable number when value.GetType().IsPrimitive:
                AppendText('s', number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case DomainName name:
                AppendOctets('o', name.Wire);
                break;
            case ReadOnlyMemory<byte> octets:
                AppendOctets('o', octets.Span);
                break;
            case RRsetList rrsets:
                AppendRRsets(rrsets);
                break;
            case IEnumerable items:
                AppendItems(items);
                break;
            default:
                AppendRecord(value);
                break;
        }
    }

    private void AppendItems(IEnumerable items)
    {
        // Every item is marked and the end too, so that [[a], [b]] and [[a, b]] differ.
        foreach (object? item in items)
        {
            AppendText('i', "");
            Append(item);
        }
        AppendText('e', "");
    }

    /// <summary>
    /// The one part of a model that comes by the million. Static RRsets are written in a form of their own, whose every
    /// part says how long it is; a test holds it against the properties that there are.
    /// </summary>
    private void AppendRRsets(RRsetList rrsets)
    {
        ArrayBufferWriter<byte> buffer = new(RRsetBufferOctets);
        for (RRsetCursor at = new(rrsets); !at.IsAtEnd; at.MoveNext())
        {
            if (at.Kept is { } rrset)
            {
                Flush(buffer);
                AppendText('i', "");
                Append(rrset);
                continue;
            }
            WriteRRset(buffer, at.Row);
            if (buffer.WrittenCount > RRsetBufferOctets / 2)
            {
                Flush(buffer);
            }
        }
        Flush(buffer);
        AppendText('e', "");
    }

    private void Flush(ArrayBufferWriter<byte> buffer)
    {
        _hash.AppendData(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }

    private static void WriteRRset(ArrayBufferWriter<byte> buffer, RRsetRow rrset)
    {
        Span<byte> header = buffer.GetSpan(RRsetHeaderOctets);
        header[0] = (byte)'z';
        header[1] = (byte)(rrset.Rotate ? 1 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)rrset.Type);
        // TTLs have 31 bits (RFC 2181 §8), so −1 is none.
        BinaryPrimitives.WriteInt32BigEndian(header[4..], rrset.TtlSeconds is { } ttl ? (int)ttl : -1);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], rrset.RecordCount);
        buffer.Advance(RRsetHeaderOctets);
        // A name ends by itself, in the root label.
        buffer.Write(rrset.OwnerWire);
        foreach (ReadOnlySpan<byte> rdata in rrset.Records)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(sizeof(ushort)), (ushort)rdata.Length);
            buffer.Advance(sizeof(ushort));
            buffer.Write(rdata);
        }
    }

    private void AppendRecord(object record)
    {
        AppendText('r', record.GetType().Name);
        if (!_properties.TryGetValue(record.GetType(), out PropertyInfo[]? properties))
        {
            _properties.Add(record.GetType(), properties = FindProperties(record.GetType()));
        }
        foreach (PropertyInfo property in properties)
        {
            AppendText('p', property.Name);
            Append(property.GetValue(record));
        }
    }

    /// <summary>
    /// What was given when the record was made; properties that are worked out from others say nothing new.
    /// </summary>
    private static PropertyInfo[] FindProperties(Type type)
    {
        // The two ends of an entry of a dictionary are the one case without setters.
        bool isPair = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
        return [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => (property.CanWrite || isPair) && property.GetIndexParameters().Length == 0)
            .OrderBy(property => property.Name, StringComparer.Ordinal)];
    }

    private void AppendText(char kind, string text) => AppendOctets(kind, Encoding.UTF8.GetBytes(text));

    private void AppendOctets(char kind, ReadOnlySpan<byte> octets)
    {
        Span<byte> header = stackalloc byte[5];
        header[0] = (byte)kind;
        BitConverter.TryWriteBytes(header[1..], IPAddress.HostToNetworkOrder(octets.Length));
        _hash.AppendData(header);
        _hash.AppendData(octets);
    }
}
