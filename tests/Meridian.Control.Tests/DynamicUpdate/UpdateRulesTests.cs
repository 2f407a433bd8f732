using System.Collections.Immutable;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.DynamicUpdate;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Updates;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.DynamicUpdate;

/// <summary>RFC 2136 §3.2 to §3.4, on documents as they are stored: what is written is what the next update reads.</summary>
public sealed class UpdateRulesTests
{
    private const uint Serial = 100;

    private static readonly DomainName Apex = DomainName.Parse("example.com.");

    // Owners of example.com and their documents.
    private static readonly Dictionary<string, string> Zone = new()
    {
        ["@"] = """{"NS":["ns1","ns2"],"MX":"10 mail"}""",
        ["a"] = """{"A":["192.0.2.1","192.0.2.2"],"TXT":"hello","ttl":"60s"}""",
        ["alias"] = """{"CNAME":"a"}""",
        ["www"] = """{"A":{"steer":"www"},"TXT":{"data":"keep me","ttl":"5s","rotate":false}}""",
        ["flat"] = """{"ALIAS":"lb.example.net."}""",
    };

    [Theory]
    [InlineData("yxdomain a", Rcode.NoError)]
    [InlineData("yxdomain b", Rcode.NXDomain)]
    [InlineData("nxdomain b", Rcode.NoError)]
    [InlineData("nxdomain a", Rcode.YXDomain)]
    [InlineData("yxrrset a A", Rcode.NoError)]
    [InlineData("yxrrset a AAAA", Rcode.NXRRSet)]
    [InlineData("yxrrset @ SOA", Rcode.NoError)]
    [InlineData("yxrrset www A", Rcode.NoError)]
    [InlineData("nxrrset a AAAA", Rcode.NoError)]
    [InlineData("nxrrset a A", Rcode.YXRRSet)]
    [InlineData("is a A 192.0.2.2; is a A 192.0.2.1", Rcode.NoError)]
    [InlineData("is a A 192.0.2.1", Rcode.NXRRSet)]
    [InlineData("is a A 192.0.2.1; is a A 192.0.2.2; is a A 192.0.2.3", Rcode.NXRRSet)]
    [InlineData("is alias CNAME A.EXAMPLE.com.", Rcode.NoError)]
    [InlineData("is www A 192.0.2.1", Rcode.NXRRSet)]
    [InlineData("is b A 192.0.2.1", Rcode.NXRRSet)]
    [InlineData("yxrrset flat AAAA", Rcode.NoError)]
    [InlineData("yxdomain a; nxdomain a", Rcode.YXDomain)]
    public void Apply_Prerequisites_GiveTheRfcsCodes(string prerequisites, Rcode expected)
    {
        (UpdateVerdict verdict, Dictionary<string, string?> changed) = Run(prerequisites, "add b A 192.0.2.9");
        Assert.Equal(expected, verdict.Rcode);
        Assert.Equal(expected == Rcode.NoError ? 1 : 0, changed.Count);
    }

    [Theory]
    // Adding.
    [InlineData("add b A 192.0.2.9", """b {"A":{"data":"192.0.2.9","ttl":"7s"}}""")]
    [InlineData("add b A 192.0.2.9 300", """b {"A":"192.0.2.9"}""")]
    [InlineData("add a A 192.0.2.3 60", """a {"A":["192.0.2.1","192.0.2.2","192.0.2.3"],"TXT":"hello","ttl":"60s"}""")]
    [InlineData("add a A 192.0.2.2 60", "")]
    [InlineData("add a A 192.0.2.2", """a {"A":{"data":["192.0.2.1","192.0.2.2"],"ttl":"7s"},"TXT":"hello","ttl":"60s"}""")]
    [InlineData("add a TXT \"a b\" 60", """a {"A":["192.0.2.1","192.0.2.2"],"TXT":["\"hello\"","\"a b\""],"ttl":"60s"}""")]
    [InlineData("add www TXT keep 5", """www {"A":{"steer":"www"},"TXT":{"data":["\"keep me\"","\"keep\""],"ttl":"5s","rotate":false}}""")]
    [InlineData("add alias A 192.0.2.1", "")]
    [InlineData("add a CNAME b", "")]
    [InlineData("add @ CNAME b", "")]
    [InlineData("add alias CNAME b 300", """alias {"CNAME":"b.example.com."}""")]
    [InlineData("add d CNAME b 300; add d CNAME c 300", """d {"CNAME":"c.example.com."}""")]
    [InlineData("add @ SOA ns1 host 100 1 1 1 1", "")]
    [InlineData("add a SOA ns1 host 101 1 1 1 1", "")]
    // Deleting a type.
    [InlineData("delete a A", """a {"TXT":"hello","ttl":"60s"}""")]
    [InlineData("delete a A; delete a TXT", "a -")]
    [InlineData("delete a MX", "")]
    [InlineData("delete b A", "")]
    [InlineData("delete @ NS", "")]
    [InlineData("delete @ SOA", "")]
    // Deleting a name.
    [InlineData("delete a", "a -")]
    [InlineData("delete b", "")]
    [InlineData("delete @", """@ {"NS":["ns1","ns2"]}""")]
    // Deleting a record.
    [InlineData("remove a A 192.0.2.1", """a {"A":"192.0.2.2","TXT":"hello","ttl":"60s"}""")]
    [InlineData("remove a A 192.0.2.9", "")]
    [InlineData("remove a A 192.0.2.1; remove a A 192.0.2.2; delete a TXT", "a -")]
    [InlineData("remove alias CNAME A.example.com.", "alias -")]
    [InlineData("remove @ NS ns1", """@ {"NS":"ns2.example.com.","MX":"10 mail"}""")]
    [InlineData("remove @ NS ns1; remove @ NS ns2", """@ {"NS":"ns2.example.com.","MX":"10 mail"}""")]
    [InlineData("remove @ SOA ns1 host 1 1 1 1 1", "")]
    // Several: in the order of the message, and nothing when nothing is different in the end.
    [InlineData("delete a; add a A 192.0.2.5 300", """a {"A":{"data":"192.0.2.5","ttl":"5m"},"ttl":"60s"}""")]
    [InlineData("add b A 192.0.2.9; delete b", "")]
    [InlineData("delete a A; add a A 192.0.2.2 60; add a A 192.0.2.1 60", "")]
    public void Apply_Instructions_WriteWhatTheRfcSays(string instructions, string expected)
    {
        (UpdateVerdict verdict, Dictionary<string, string?> changed) = Run("", instructions);
        Assert.Equal(UpdateVerdict.Done, verdict);
        Assert.Equal(expected, string.Join('\n', changed.Select(pair => $"{pair.Key} {pair.Value ?? "-"}")));
        // Done again, it changes nothing.
        foreach ((string owner, string? body) in changed)
        {
            Assert.Empty(Run("", instructions, (owner, body)).Changed);
        }
    }

    [Theory]
    [InlineData("add www A 192.0.2.1", "www.example.com. A is steered by a policy")]
    [InlineData("delete www A", "www.example.com. A is steered by a policy")]
    [InlineData("delete www", "www.example.com. A is steered by a policy")]
    [InlineData("remove www A 192.0.2.1", "www.example.com. A is steered by a policy")]
    [InlineData("add flat A 192.0.2.1", "flat.example.com. A is steered by a policy")]
    [InlineData("add @ SOA ns1 host 101 1 1 1 1", "the start of authority belongs to the zone's configuration")]
    [InlineData("add b A 192.0.2.9; add www A 192.0.2.1", "www.example.com. A is steered by a policy")]
    public void Apply_WhatIsNotForUpdates_IsRefusedWhole(string instructions, string expected)
    {
        (UpdateVerdict verdict, Dictionary<string, string?> changed) = Run("", instructions);
        Assert.Equal(Rcode.Refused, verdict.Rcode);
        Assert.StartsWith(expected, verdict.Words, StringComparison.Ordinal);
        Assert.Empty(changed);
    }

    [Theory]
    [InlineData("a", "TXT", "add a TXT x", true)]
    [InlineData("a", "TXT", "add a A 192.0.2.1", false)]
    [InlineData("a", "TXT", "add b TXT x", false)]
    [InlineData("a", "TXT", "delete a", false)]
    [InlineData("a", "TXT A", "delete a", true)]
    [InlineData("*", "", "delete a", true)]
    [InlineData("*", "", "remove @ NS ns1", false)]
    [InlineData("*", "NS", "remove @ NS ns1", true)]
    [InlineData("a", "TXT", "add a TXT x; add a MX \"10 a\"", false)]
    [InlineData("a", "TXT", "delete b", false)]
    public void Apply_RulesOfTheKey_Hold(string names, string types, string instructions, bool isAllowed)
    {
        UpdateRuleModel rule = new()
        {
            Zones = [Apex],
            Names = [.. names.Split(' ').Select(name => new OwnerPattern(name))],
            Types = [.. types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<RecordType>)],
        };
        UpdateVerdict verdict = Run("", instructions, rule: rule).Verdict;
        Assert.Equal(isAllowed ? Rcode.NoError : Rcode.Refused, verdict.Rcode);
    }

    private static (UpdateVerdict Verdict, Dictionary<string, string?> Changed) Run(
        string prerequisites, string instructions, (string Owner, string? Body)? replaced = null, UpdateRuleModel? rule = null)
    {
        UpdateMessage update = new()
        {
            Zone = Apex,
            Class = RecordClass.IN,
            Prerequisites = [.. Split(prerequisites).Select(Prerequisite)],
            Instructions = [.. Split(instructions).Select(Instruction)],
        };
        Dictionary<DomainName, OwnerDocument> documents = [];
        foreach (DomainName owner in update.Prerequisites.Select(p => p.Owner).Concat(update.Instructions.Select(i => i.Owner)).Distinct())
        {
            string name = RecordsName.OwnerIn(Apex, owner);
            string? body = replaced is { } other && other.Owner == name ? other.Body : Zone.GetValueOrDefault(name);
            documents[owner] = OwnerDocument.Read(Apex, owner, body is null ? null : Tree(body), 300);
        }
        OwnerRRset soa = new(RecordType.SOA, 300, [SoaRdata.Of(new SoaModel { Primary = Apex, Contact = Apex }, Serial)], IsFixed: false);
        Dictionary<DomainName, OwnerRecords> owners = documents.ToDictionary(
            pair => pair.Key,
            pair => pair.Key == Apex ? pair.Value.Records with { RRsets = pair.Value.Records.RRsets.Add(soa) } : pair.Value.Records);
        rule ??= new UpdateRuleModel { Zones = [Apex], Names = [new OwnerPattern("*")], Types = [RecordType.A, RecordType.AAAA, RecordType.CNAME, RecordType.TXT, RecordType.MX, RecordType.NS, RecordType.SOA] };
        UpdateKeyModel key = new() { Name = Apex, Algorithm = "hmac-sha256", Secret = new byte[] { 1 }, Rules = [rule] };
        UpdateVerdict verdict = UpdateRules.Apply(update, owners, new UpdatePermission(key, Apex), Serial, out ImmutableArray<OwnerRecords> changed);
        return (verdict, changed.ToDictionary(
            after => RecordsName.OwnerIn(Apex, after.Owner),
            after => documents[after.Owner].With(after with { RRsets = after.RRsets.RemoveAll(rrset => rrset.Type == RecordType.SOA) }) is { } body
                ? System.Text.Encoding.UTF8.GetString(DocumentJson.Write(body))
                : null));
    }

    private static string[] Split(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static MapNode Tree(string json)
    {
        Assert.True(DocumentJson.TryRead(System.Text.Encoding.UTF8.GetBytes(json), "", new ConfigurationLimits(), out ConfigNode? node, out _));
        return (MapNode)node;
    }

    private static UpdatePrerequisite Prerequisite(string text)
    {
        string[] words = text.Split(' ', 4);
        DomainName owner = DomainName.Parse(words[1], Apex);
        RecordType type = words.Length > 2 ? Enum.Parse<RecordType>(words[2]) : RecordType.ANY;
        return words[0] switch
        {
            "yxdomain" => new(UpdatePrerequisiteKind.NameIsInUse, owner, type, default),
            "nxdomain" => new(UpdatePrerequisiteKind.NameIsNotInUse, owner, type, default),
            "yxrrset" => new(UpdatePrerequisiteKind.RRsetExists, owner, type, default),
            "nxrrset" => new(UpdatePrerequisiteKind.RRsetDoesNotExist, owner, type, default),
            _ => new(UpdatePrerequisiteKind.RRsetIs, owner, type, Data(type, words[3])),
        };
    }

    /// <summary>A last word that is a number, behind one that is data, is the TTL; without it the TTL is 7.</summary>
    private static UpdateInstruction Instruction(string text)
    {
        string[] words = text.Split(' ', 4);
        DomainName owner = DomainName.Parse(words[1], Apex);
        RecordType type = words.Length > 2 ? Enum.Parse<RecordType>(words[2]) : RecordType.ANY;
        if (words[0] == "delete")
        {
            return new(type == RecordType.ANY ? UpdateInstructionKind.DeleteName : UpdateInstructionKind.DeleteRRset, owner, type, 0, default);
        }
        string data = words[3];
        uint ttl = 7;
        int last = data.LastIndexOf(' ');
        if (type != RecordType.SOA && last > 0 && uint.TryParse(data[last..], out uint written))
        {
            ttl = written;
            data = data[..last];
        }
        return new(words[0] == "add" ? UpdateInstructionKind.Add : UpdateInstructionKind.DeleteRecord, owner, type, words[0] == "add" ? ttl : 0, Data(type, data.Trim('"') is var bare && type == RecordType.MX ? bare : data));
    }

    private static ReadOnlyMemory<byte> Data(RecordType type, string text)
    {
        Assert.True(RdataText.TryScan(type, text, Apex, out byte[] rdata, out string? error), error);
        return rdata;
    }
}
