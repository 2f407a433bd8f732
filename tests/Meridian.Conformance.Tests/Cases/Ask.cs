using System.Globalization;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>
/// What is sent, written as for dig: <c>www.example.test. A +do +tcp</c>. Words: <c>+tcp</c>, <c>+edns[=VERSION]</c>,
/// <c>+bufsize=OCTETS</c>, <c>+do</c>, <c>+rd</c>, <c>+cd</c>, <c>+ad</c>, <c>+z</c>, <c>+aa</c>, <c>+tc</c>, <c>+ednsz</c> (a flag of EDNS
/// that is not assigned), <c>+opcode=N</c>, <c>+rcode=N</c>, <c>+class=N</c>, <c>+opt=CODE:HEX</c>, <c>+subnet=ADDRESS/LENGTH</c>.
/// </summary>
public sealed record Ask
{
    /// <summary>Every query has it; the server has to repeat it.</summary>
    public const ushort Id = 0x4D52;

    private const int OptFlagsFromEnd = 4;

    /// <summary>The message.</summary>
    public required ReadOnlyMemory<byte> Wire { get; init; }

    public bool IsTcp { get; init; }

    public static implicit operator Ask(string text) => Parse(text);

    /// <summary>Octets as they are, in hexadecimal with blanks anywhere; <c>ID</c> stands for the id.</summary>
    public static Ask Raw(string hex, bool isTcp = false) => new()
    {
        Wire = Convert.FromHexString(hex.Replace("ID", $"{Id:X4}", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)),
        IsTcp = isTcp,
    };

    /// <summary>The same message with octets behind its end.</summary>
    public Ask WithTrailing(params byte[] octets) => this with { Wire = (byte[])[.. Wire.Span, .. octets] };

    /// <summary>The same message with an octet of it changed.</summary>
    public Ask WithOctet(int offset, byte value)
    {
        byte[] changed = Wire.ToArray();
        changed[offset] = value;
        return this with { Wire = changed };
    }

    /// <summary>The same message, cut off.</summary>
    public Ask CutTo(int length) => this with { Wire = Wire[..length] };

    public static Ask Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!RecordTypes.TryParse(words[1], out RecordType type))
        {
            throw new FormatException($"'{words[1]}' is not a type");
        }
        QueryBuilder query = new(words[0], type) { Id = Id, Flags = MessageFlags.None };
        bool isTcp = false;
        bool hasEdnsZ = false;
        foreach (string word in words[2..])
        {
            isTcp |= word == "+tcp";
            hasEdnsZ |= word == "+ednsz";
            query = Apply(query, word);
        }
        byte[] wire = query.Build();
        if (hasEdnsZ)
        {
            wire[^(OptFlagsFromEnd - 1)] |= 0x01;
        }
        return new Ask { Wire = wire, IsTcp = isTcp };
    }

    private static QueryBuilder Apply(QueryBuilder query, string word)
    {
        string[] parts = word.Split('=', 2);
        string value = parts.Length == 2 ? parts[1] : "";
        return parts[0] switch
        {
            "+tcp" => query,
            "+edns" or "+ednsz" => query with
            {
                UdpPayloadSize = query.UdpPayloadSize ?? 1232,
                EdnsVersion = value.Length > 0 ? byte.Parse(value, CultureInfo.InvariantCulture) : query.EdnsVersion,
            },
            "+bufsize" => query with { UdpPayloadSize = Number(value) },
            "+do" => query with { IsDnssecOk = true },
            "+rd" => query with { Flags = query.Flags | MessageFlags.RecursionDesired },
            "+cd" => query with { Flags = query.Flags | MessageFlags.CheckingDisabled },
            "+ad" => query with { Flags = query.Flags | MessageFlags.AuthenticData },
            "+aa" => query with { Flags = query.Flags | MessageFlags.AuthoritativeAnswer },
            "+tc" => query with { Flags = query.Flags | MessageFlags.Truncated },
            "+z" => query with { Flags = query.Flags | MessageFlags.Zero },
            "+opcode" => query with { Opcode = (Opcode)Number(value) },
            "+class" => query with { Class = (RecordClass)Number(value) },
            "+opt" => query with { Options = query.Options.Add(Option(value)) },
            "+subnet" => query with { ClientSubnet = Subnet(value) },
            _ => throw new FormatException($"'{word}' is not a word of a query"),
        };
    }

    private static ushort Number(string text) => ushort.Parse(text, CultureInfo.InvariantCulture);

    private static EdnsOption Option(string text)
    {
        string[] parts = text.Split(':');
        return new EdnsOption((EdnsOptionCode)Number(parts[0]), Convert.FromHexString(parts.Length > 1 ? parts[1] : ""));
    }

    private static ClientSubnet Subnet(string text) => ClientSubnet.TryScan(text, out ClientSubnet subnet)
        ? subnet
        : throw new FormatException($"'{text}' is not a network");
}
