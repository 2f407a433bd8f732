using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Updates;

namespace Meridian.Dns.Tests.Updates;

/// <summary>The forms of RFC 2136 §2.4 and §2.5, and what the prescan makes of everything else.</summary>
public sealed class UpdateMessageTests
{
    private static readonly byte[] Address = [192, 0, 2, 1];

    [Theory]
    [InlineData(RecordClass.ANY, RecordType.ANY, false, UpdatePrerequisiteKind.NameIsInUse)]
    [InlineData(RecordClass.ANY, RecordType.A, false, UpdatePrerequisiteKind.RRsetExists)]
    [InlineData(RecordClass.NONE, RecordType.ANY, false, UpdatePrerequisiteKind.NameIsNotInUse)]
    [InlineData(RecordClass.NONE, RecordType.A, false, UpdatePrerequisiteKind.RRsetDoesNotExist)]
    [InlineData(RecordClass.IN, RecordType.A, true, UpdatePrerequisiteKind.RRsetIs)]
    public void TryRead_Prerequisite_HasItsKind(RecordClass recordClass, RecordType type, bool hasData, UpdatePrerequisiteKind expected)
    {
        Rcode rcode = Read([Record("x.example.com.", type, recordClass, 0, hasData ? Address : [])], [], out UpdateMessage? update);
        Assert.Equal(Rcode.NoError, rcode);
        UpdatePrerequisite prerequisite = Assert.Single(update!.Prerequisites);
        Assert.Equal((expected, "x.example.com.", type), (prerequisite.Kind, prerequisite.Owner.ToString(), prerequisite.Type));
        Assert.Equal(hasData ? Address : [], prerequisite.Rdata.ToArray());
    }

    [Theory]
    [InlineData("x.example.com.", RecordType.A, RecordClass.ANY, 1u, false, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.ANY, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.NONE, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.CH, 0u, false, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.AXFR, RecordClass.ANY, 0u, false, Rcode.FormErr)]
    [InlineData("x.example.org.", RecordType.A, RecordClass.ANY, 0u, false, Rcode.NotZone)]
    [InlineData("xexample.com.", RecordType.A, RecordClass.ANY, 0u, false, Rcode.NotZone)]
    public void TryRead_ImpossiblePrerequisite_IsRefused(
        string owner, RecordType type, RecordClass recordClass, uint ttl, bool hasData, Rcode expected) =>
        Assert.Equal(expected, Read([Record(owner, type, recordClass, ttl, hasData ? Address : [])], [], out _));

    [Theory]
    [InlineData(RecordClass.IN, RecordType.A, 60u, true, UpdateInstructionKind.Add)]
    [InlineData(RecordClass.ANY, RecordType.A, 0u, false, UpdateInstructionKind.DeleteRRset)]
    [InlineData(RecordClass.ANY, RecordType.ANY, 0u, false, UpdateInstructionKind.DeleteName)]
    [InlineData(RecordClass.NONE, RecordType.A, 0u, true, UpdateInstructionKind.DeleteRecord)]
    public void TryRead_Instruction_HasItsKind(RecordClass recordClass, RecordType type, uint ttl, bool hasData, UpdateInstructionKind expected)
    {
        Rcode rcode = Read([], [Record("x.example.com.", type, recordClass, ttl, hasData ? Address : [])], out UpdateMessage? update);
        Assert.Equal(Rcode.NoError, rcode);
        UpdateInstruction instruction = Assert.Single(update!.Instructions);
        Assert.Equal((expected, ttl), (instruction.Kind, instruction.TtlSeconds));
    }

    [Theory]
    [InlineData("x.example.com.", RecordType.ANY, RecordClass.IN, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.AXFR, RecordClass.IN, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.ANY, 1u, false, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.ANY, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.MAILB, RecordClass.ANY, 0u, false, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.NONE, 1u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.ANY, RecordClass.NONE, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.com.", RecordType.A, RecordClass.CH, 0u, true, Rcode.FormErr)]
    [InlineData("x.example.org.", RecordType.A, RecordClass.IN, 0u, true, Rcode.NotZone)]
    public void TryRead_ImpossibleInstruction_IsRefused(
        string owner, RecordType type, RecordClass recordClass, uint ttl, bool hasData, Rcode expected) =>
        Assert.Equal(expected, Read([], [Record(owner, type, recordClass, ttl, hasData ? Address : [])], out _));

    [Fact]
    public void TryRead_TtlAboveTheLargest_CountsAsZero()
    {
        Read([], [Record("x.example.com.", RecordType.A, RecordClass.IN, uint.MaxValue, Address)], out UpdateMessage? update);
        Assert.Equal(0u, update!.Instructions[0].TtlSeconds);
    }

    [Fact]
    public void TryRead_ZoneSectionOfAnotherType_IsFormErr() =>
        Assert.Equal(Rcode.FormErr, Read([], [], out _, RecordType.A));

    private static MessageRecord Record(string owner, RecordType type, RecordClass recordClass, uint ttl, byte[] rdata) =>
        new(DomainName.Parse(owner).Wire.ToArray(), type, recordClass, ttl, rdata);

    private static Rcode Read(
        MessageRecord[] prerequisites, MessageRecord[] instructions, out UpdateMessage? update, RecordType zoneType = RecordType.SOA)
    {
        Message message = new()
        {
            Header = new MessageHeader(1, MessageHeader.Compose(MessageFlags.None, Opcode.Update, Rcode.NoError), 1, 0, 0, 0),
            Questions = [new Question(DomainName.Parse("example.com.").Wire.ToArray(), zoneType, RecordClass.IN)],
            Answer = [.. prerequisites],
            Authority = [.. instructions],
        };
        return UpdateMessage.TryRead(message, out update);
    }
}
