using System.Buffers.Binary;
using System.Text;

namespace Meridian.Engine.Tests.Geo;

/// <summary>Writes small files of the MaxMind DB File Format 2.0. A later, equal or longer prefix goes over an earlier one.</summary>
internal sealed class MmdbWriter(int recordBits = 24, int ipVersion = 6)
{
    private readonly Node _root = new();
    private readonly List<byte> _data = [];
    private readonly Dictionary<string, int> _texts = [];
    private readonly Dictionary<object, int> _records = [];

    public Dictionary<string, object> Metadata { get; } = new()
    {
        ["binary_format_major_version"] = (ushort)2,
        ["binary_format_minor_version"] = (ushort)0,
        ["build_epoch"] = 1_750_000_000UL,
        ["database_type"] = "test",
        ["description"] = new Dictionary<string, object> { ["de"] = "Probe", ["en"] = "sample" },
        ["ip_version"] = (ushort)ipVersion,
        ["languages"] = new object[] { "en", "de" },
        ["record_size"] = (ushort)recordBits,
    };

    /// <summary>Puts a record at a prefix; <paramref name="network"/> has its bits at the top.</summary>
    public MmdbWriter Add(UInt128 network, int length, object record)
    {
        _root.Put(network, length, new Leaf(WriteRecord(record)));
        return this;
    }

    /// <summary>Puts a record at an IPv4 prefix: at ::/96 in a file for IPv6.</summary>
    public MmdbWriter AddIPv4(uint network, int length, object record) => ipVersion == 4
        ? Add((UInt128)network << 96, length, record)
        : Add(network, length + 96, record);

    /// <summary>Makes one prefix lead to the node that another one has.</summary>
    public MmdbWriter Alias(UInt128 network, int length, UInt128 target, int targetLength)
    {
        _root.Put(network, length, _root.Get(target, targetLength));
        return this;
    }

    public byte[] ToFile()
    {
        var nodes = new List<Node>();
        Number(_root, nodes, []);
        List<byte> file = [];
        foreach (Node node in nodes)
        {
            WriteNode(file, RecordOf(node.Zero, nodes), RecordOf(node.One, nodes));
        }
        file.AddRange(new byte[16]);
        file.AddRange(_data);
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        Metadata.TryAdd("node_count", (uint)nodes.Count);
        WriteValue(file, Metadata, usePointers: false);
        return [.. file];
    }

    private static void Number(object? item, List<Node> nodes, HashSet<Node> seen)
    {
        if (item is Node node && seen.Add(node))
        {
            node.Index = nodes.Count;
            nodes.Add(node);
            Number(node.Zero, nodes, seen);
            Number(node.One, nodes, seen);
        }
    }

    private static uint RecordOf(object? item, List<Node> nodes) => item switch
    {
        Node node => (uint)node.Index,
        Leaf leaf => (uint)(nodes.Count + 16 + leaf.Offset),
        _ => (uint)nodes.Count,
    };

    private void WriteNode(List<byte> file, uint zero, uint one)
    {
        byte[] z = new byte[4];
        byte[] o = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(z, zero);
        BinaryPrimitives.WriteUInt32BigEndian(o, one);
        file.AddRange(recordBits switch
        {
            24 => [.. z[1..], .. o[1..]],
            28 => [.. z[1..], (byte)((z[0] << 4) | o[0]), .. o[1..]],
            _ => (byte[])[.. z, .. o],
        });
    }

    private int WriteRecord(object record)
    {
        if (!_records.TryGetValue(record, out int offset))
        {
            List<byte> octets = [];
            WriteValue(octets, record, usePointers: true);
            offset = _data.Count;
            _data.AddRange(octets);
            _records.Add(record, offset);
        }
        return offset;
    }

    private void WriteValue(List<byte> to, object value, bool usePointers)
    {
        switch (value)
        {
            case string text when usePointers:
                WritePointer(to, TextOffset(text));
                break;
            case string text:
                byte[] utf8 = Encoding.UTF8.GetBytes(text);
                WriteControl(to, 2, utf8.Length);
                to.AddRange(utf8);
                break;
            case Dictionary<string, object> map:
                WriteControl(to, 7, map.Count);
                foreach ((string key, object item) in map)
                {
                    WriteValue(to, key, usePointers);
                    WriteValue(to, item, usePointers);
                }
                break;
            case object[] list:
                WriteControl(to, 11, list.Length);
                Array.ForEach(list, item => WriteValue(to, item, usePointers));
                break;
            case double number:
                WriteControl(to, 3, 8);
                to.AddRange(BitConverter.GetBytes(number).Reverse());
                break;
            case float number:
                WriteControl(to, 15, 4);
                to.AddRange(BitConverter.GetBytes(number).Reverse());
                break;
            case bool flag:
                WriteControl(to, 14, flag ? 1 : 0);
                break;
            case byte[] octets:
                WriteControl(to, 4, octets.Length);
                to.AddRange(octets);
                break;
            default:
                WriteUnsigned(to, value);
                break;
        }
    }

    private static void WriteUnsigned(List<byte> to, object value)
    {
        ulong number = Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture);
        byte[] octets = [.. BitConverter.GetBytes(number).Reverse().SkipWhile(octet => octet == 0)];
        WriteControl(to, value switch { ushort => 5, uint => 6, _ => 9 }, octets.Length);
        to.AddRange(octets);
    }

    private int TextOffset(string text)
    {
        if (!_texts.TryGetValue(text, out int offset))
        {
            offset = _data.Count;
            _texts.Add(text, offset);
            WriteValue(_data, text, usePointers: false);
        }
        return offset;
    }

    private static void WritePointer(List<byte> to, int target)
    {
        if (target < 2048)
        {
            to.AddRange([(byte)(0x20 | (target >> 8)), (byte)target]);
        }
        else if (target < 526_336)
        {
            int rest = target - 2048;
            to.AddRange([(byte)(0x28 | (rest >> 16)), (byte)(rest >> 8), (byte)rest]);
        }
        else
        {
            int rest = target - 526_336;
            to.AddRange([(byte)(0x30 | (rest >> 24)), (byte)(rest >> 16), (byte)(rest >> 8), (byte)rest]);
        }
    }

    private static void WriteControl(List<byte> to, int type, int size)
    {
        int inline = size < 29 ? size : size < 285 ? 29 : size < 65_821 ? 30 : 31;
        to.Add((byte)((type < 8 ? type << 5 : 0) | inline));
        if (type >= 8)
        {
            to.Add((byte)(type - 7));
        }
        to.AddRange(inline switch
        {
            29 => [(byte)(size - 29)],
            30 => [(byte)((size - 285) >> 8), (byte)(size - 285)],
            31 => [(byte)((size - 65_821) >> 16), (byte)((size - 65_821) >> 8), (byte)(size - 65_821)],
            _ => (byte[])[],
        });
    }

    private sealed record Leaf(int Offset);

    private sealed class Node
    {
        public object? Zero { get; set; }

        public object? One { get; set; }

        public int Index { get; set; }

        public void Put(UInt128 bits, int length, object? item)
        {
            bool isOne = bits >> 127 != 0;
            object? child = isOne ? One : Zero;
            if (length > 1)
            {
                Node node = child as Node ?? new Node { Zero = child, One = child };
                node.Put(bits << 1, length - 1, item);
                child = node;
            }
            else
            {
                child = item;
            }
            (Zero, One) = isOne ? (Zero, child) : (child, One);
        }

        public object? Get(UInt128 bits, int length)
        {
            object? child = bits >> 127 != 0 ? One : Zero;
            return length > 1 ? (child as Node)?.Get(bits << 1, length - 1) : child;
        }
    }
}
