using System.Collections.Immutable;
using Meridian.Control.History;
using Meridian.Engine.Assigning;

namespace Meridian.Control.Tests.History;

public sealed class AssignmentEncodingTests
{
    [Fact]
    public void Of_RandomSteps_WrittenAndReadLeadToTheSame()
    {
        Random random = new(7);
        ImmutableArray<NodeAssignment> written = [];
        ImmutableArray<NodeAssignment> read = [];
        for (int step = 0; step < 300; step++)
        {
            ImmutableArray<NodeAssignment> next = Next(random, written);
            AssignmentsRecord record = AssignmentEncoding.Of(step, written, next);
            byte[] octets = HistoryEncoding.Encode(record);
            AssignmentsRecord back = Assert.IsType<AssignmentsRecord>(HistoryEncoding.Decode(octets));
            read = AssignmentEncoding.Apply(read, back);
            written = next;
            Assert.Equal(step, back.Stamp);
            Assert.Equal(written, read);
        }
    }

    [Fact]
    public void Of_OneRowThatChanged_IsOneRow()
    {
        NodeAssignment before = new("p", ["a", "b"], [.. Enumerable.Range(1, 1000).Select(i => new AssignedNetwork((ulong)i, 0.001f, 0, 0))]);
        NodeAssignment after = before with { Networks = before.Networks.SetItem(500, before.Networks[500] with { Present = 1 }) };
        AssignmentsRecord record = AssignmentEncoding.Of(1, [before], [after]);
        Assert.False(record.IsWhole);
        Assert.Single(Assert.Single(record.Nodes).Networks);
        Assert.True(HistoryEncoding.Encode(record).Length < 64);
    }

    [Fact]
    public void Decode_ChildThatThereIsNot_IsRefused()
    {
        AssignmentsRecord record = new(1, true, [new NodeAssignment("p", ["a"], [new AssignedNetwork(1, 0.5f, 3, 3)])]);
        Assert.Throws<InvalidDataException>(() => HistoryEncoding.Decode(HistoryEncoding.Encode(record)));
    }

    [Fact]
    public void Apply_ToOtherNodes_IsRefused() => Assert.Throws<InvalidDataException>(
        () => AssignmentEncoding.Apply([], new AssignmentsRecord(1, false, [new NodeAssignment("p", ["a"], [])])));

    private static ImmutableArray<NodeAssignment> Next(Random random, ImmutableArray<NodeAssignment> before)
    {
        if (before.IsEmpty || random.Next(20) == 0)
        {
            return [.. Enumerable.Range(0, 1 + random.Next(3)).Select(i => new NodeAssignment($"p{i}", ["a", "b", "c"], Rows(random, [])))];
        }
        return [.. before.Select(node => node with { Networks = Rows(random, node.Networks) })];
    }

    private static ImmutableArray<AssignedNetwork> Rows(Random random, ImmutableArray<AssignedNetwork> before)
    {
        SortedDictionary<ulong, AssignedNetwork> rows = new(before.ToDictionary(network => network.Network));
        for (int i = random.Next(12); i > 0; i--)
        {
            ulong key = 1 + (ulong)random.Next(40);
            if (random.Next(3) == 0)
            {
                rows.Remove(key);
            }
            else
            {
                rows[key] = new AssignedNetwork(key, random.NextSingle(), (byte)random.Next(3), (byte)random.Next(3));
            }
        }
        return [.. rows.Values];
    }
}
