namespace Meridian.Control.Configuration.Yaml;

/// <summary>Whether two nodes mean the same, wherever they stand: maps may have their keys in any order.</summary>
internal static class NodeEquality
{
    public static bool AreEqual(ConfigNode a, ConfigNode b) => (a, b) switch
    {
        (ScalarNode left, ScalarNode right) => left.Text == right.Text && left.IsNull == right.IsNull,
        (ListNode left, ListNode right) => left.Items.Length == right.Items.Length && left.Items.Zip(right.Items).All(pair => AreEqual(pair.First, pair.Second)),
        (MapNode left, MapNode right) => left.Entries.Length == right.Entries.Length
            && left.Entries.All(entry => right.Find(entry.Key) is { } other && AreEqual(entry.Value, other.Value)),
        _ => false,
    };
}
