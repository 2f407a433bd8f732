using System.Collections.Immutable;
using Meridian.Engine.Assigning;

namespace Meridian.Control.History;

/// <summary>Assignments of resolvers in the log: what changed since the record before, and its octets.</summary>
internal static class AssignmentEncoding
{
    /// <summary>Stands for the home of a network that is not assigned any more: a node has at most 128 children.</summary>
    public const byte Gone = byte.MaxValue;

    /// <summary>The record that leads from one assignment to the next.</summary>
    public static AssignmentsRecord Of(long stamp, ImmutableArray<NodeAssignment> before, ImmutableArray<NodeAssignment> after)
    {
        bool isAlike = before.Length == after.Length
            && before.Zip(after).All(pair => pair.First.Policy == pair.Second.Policy && pair.First.Children.SequenceEqual(pair.Second.Children));
        return isAlike
            ? new AssignmentsRecord(stamp, false, [.. before.Zip(after, (old, now) => now with { Networks = [.. Differences(old, now)] })])
            : new AssignmentsRecord(stamp, true, after);
    }

    /// <summary>The assignment after a record.</summary>
    /// <exception cref="InvalidDataException">It does not follow from the one before.</exception>
    public static ImmutableArray<NodeAssignment> Apply(ImmutableArray<NodeAssignment> before, AssignmentsRecord record)
    {
        if (record.IsWhole)
        {
            return record.Nodes;
        }
        return before.Length == record.Nodes.Length
            ? [.. before.Zip(record.Nodes, Merge)]
            : throw new InvalidDataException("assignments changed that there are not");
    }

    public static void Write(BinaryWriter writer, AssignmentsRecord record)
    {
        writer.Write(record.IsWhole);
        writer.Write7BitEncodedInt(record.Nodes.Length);
        foreach (NodeAssignment node in record.Nodes)
        {
            writer.Write(node.Policy);
            writer.Write7BitEncodedInt(node.Children.Length);
            foreach (string child in node.Children)
            {
                writer.Write(child);
            }
            writer.Write7BitEncodedInt(node.Networks.Length);
            foreach (AssignedNetwork network in node.Networks)
            {
                writer.Write(network.Network);
                writer.Write(network.Share);
                writer.Write(network.Home);
                writer.Write(network.Present);
            }
        }
    }

    /// <summary>Reads one; throws as <see cref="HistoryEncoding.Decode"/> does.</summary>
    public static AssignmentsRecord Read(BinaryReader reader, long stamp) => new(
        stamp,
        reader.ReadBoolean(),
        HistoryValues.ReadList(reader, () => ReadNode(reader)));

    private static NodeAssignment ReadNode(BinaryReader reader)
    {
        string policy = reader.ReadString();
        ImmutableArray<string> children = HistoryValues.ReadList(reader, reader.ReadString);
        ImmutableArray<AssignedNetwork> networks = HistoryValues.ReadList(
            reader, () => new AssignedNetwork(reader.ReadUInt64(), reader.ReadSingle(), reader.ReadByte(), reader.ReadByte()));
        return networks.All(network => network.Network != 0 && IsPlace(network.Home, children) && IsPlace(network.Present, children))
            ? new NodeAssignment(policy, children, networks)
            : throw new InvalidDataException("a network is assigned to a child that there is not");
    }

    private static bool IsPlace(byte child, ImmutableArray<string> children) => child < children.Length || child == Gone;

    private static IEnumerable<AssignedNetwork> Differences(NodeAssignment before, NodeAssignment after)
    {
        Dictionary<ulong, AssignedNetwork> left = before.Networks.ToDictionary(network => network.Network);
        foreach (AssignedNetwork network in after.Networks)
        {
            if (!left.Remove(network.Network, out AssignedNetwork known) || known != network)
            {
                yield return network;
            }
        }
        foreach (AssignedNetwork gone in left.Values)
        {
            yield return gone with { Home = Gone, Present = Gone };
        }
    }

    private static NodeAssignment Merge(NodeAssignment before, NodeAssignment changed)
    {
        SortedDictionary<ulong, AssignedNetwork> rows = new(before.Networks.ToDictionary(network => network.Network));
        foreach (AssignedNetwork network in changed.Networks)
        {
            if (network.Home == Gone)
            {
                rows.Remove(network.Network);
            }
            else
            {
                rows[network.Network] = network;
            }
        }
        return before with { Networks = [.. rows.Values] };
    }
}
