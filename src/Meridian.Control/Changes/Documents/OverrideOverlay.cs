using System.Collections.Immutable;
using System.Net;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// Lays overrides over pools: a member that one is about is read as though its state, reason and end were written with it. An
/// override is a document of its own, so that who is on call changes no configuration, and it goes without a trace.
/// </summary>
internal sealed class OverrideOverlay
{
    private const string Target = "target";
    private const string State = "state";
    private const string Until = "until";
    private const string Reason = "reason";
    private const string Author = "author";

    private static readonly string[] Keys = [Target, State, Until, Reason, Author];
    private static readonly string[] Targets = ["pool", "member", "site"];
    private static readonly string[] States = ["draining", "up", "down"];

    private readonly List<Override> _overrides = [];
    private readonly List<ChangeError> _errors = [];

    /// <summary>What is wrong with overrides.</summary>
    public IReadOnlyList<ChangeError> Errors => _errors;

    /// <summary>Adds one; what is wrong with it is an error, and then it does nothing.</summary>
    public void Add(DocumentKey key, ConfigNode node)
    {
        int before = _errors.Count;
        if (node is not MapNode map)
        {
            _errors.Add(new ChangeError(key, "", $"expected a map with {string.Join(", ", Keys)}; found {node.Describe()}", null));
            return;
        }
        foreach (MapEntry unknown in map.Entries.Where(entry => !Keys.Contains(entry.Key)))
        {
            string message = unknown.Key == "from"
                ? "an override that begins later is not supported by this version yet: it begins when it is written"
                : $"unknown key '{unknown.Key}' in an override";
            _errors.Add(new ChangeError(key, $"/{unknown.Key}", message, Configuration.Reading.NearestName.Find(unknown.Key, Keys)));
        }
        string? state = TextOf(map, State);
        if (state is null || !States.Contains(state))
        {
            string? nearest = state is null ? null : Configuration.Reading.NearestName.Find(state, States);
            _errors.Add(new ChangeError(key, $"/{State}", $"expected one of {string.Join(", ", States)}", nearest));
        }
        if (string.IsNullOrWhiteSpace(TextOf(map, Reason)))
        {
            _errors.Add(new ChangeError(key, $"/{Reason}", "expected why, in words: whoever finds it at night has to know", null));
        }
        (string? pool, string? member, string? site) = ReadTarget(key, map);
        if (_errors.Count == before)
        {
            _overrides.Add(new Override(key, map, pool, member, site));
        }
    }

    /// <summary>The pools with every override laid over them; each that is about nothing is an error.</summary>
    public ImmutableArray<MapEntry> Apply(ImmutableArray<MapEntry> pools)
    {
        HashSet<DocumentKey> used = [];
        ImmutableArray<MapEntry> laid = _overrides.Count == 0 ? pools : [.. pools.Select(pool => Apply(pool, used))];
        foreach (Override nobody in _overrides.Where(one => !used.Contains(one.Key)))
        {
            _errors.Add(new ChangeError(nobody.Key, $"/{Target}", "there is no such member in any pool", null));
        }
        return laid;
    }

    private MapEntry Apply(MapEntry pool, HashSet<DocumentKey> used)
    {
        if (pool.Value is not MapNode map || map.Find("members")?.Value is not ListNode list)
        {
            return pool;
        }
        string? poolSite = TextOf(map, "site");
        ImmutableArray<ConfigNode> members = [.. list.Items.Select(item => item is MapNode member ? Apply(pool.Key, poolSite, member, used) : item)];
        ImmutableArray<MapEntry> entries = [.. map.Entries.Select(entry => entry.Key == "members" ? entry with { Value = new ListNode(list.Position, members) } : entry)];
        return pool with { Value = new MapNode(map.Position, entries) };
    }

    private MapNode Apply(string pool, string? poolSite, MapNode member, HashSet<DocumentKey> used)
    {
        foreach (Override one in _overrides.Where(one => one.IsAbout(pool, poolSite, member)))
        {
            used.Add(one.Key);
            IEnumerable<MapEntry> own = member.Entries.Where(entry => entry.Key is not (State or Until or Reason));
            // In the member's words; the author stands in the history.
            IEnumerable<MapEntry> laid = one.Body.Entries.Where(entry => entry.Key is State or Until or Reason);
            member = new MapNode(member.Position, [.. own, .. laid]);
        }
        return member;
    }

    private (string? Pool, string? Member, string? Site) ReadTarget(DocumentKey key, MapNode map)
    {
        if (map.Find(Target)?.Value is not MapNode target)
        {
            _errors.Add(new ChangeError(key, $"/{Target}", "expected a map with pool, member or site", null));
            return default;
        }
        foreach (MapEntry entry in target.Entries.Where(entry => !Targets.Contains(entry.Key) || entry.Value is not ScalarNode))
        {
            _errors.Add(new ChangeError(key, $"/{Target}/{entry.Key}", "expected pool, member or site, each with a name", Configuration.Reading.NearestName.Find(entry.Key, Targets)));
        }
        (string? Pool, string? Member, string? Site) read = (TextOf(target, "pool"), TextOf(target, "member"), TextOf(target, "site"));
        if (read is (null, null, null))
        {
            _errors.Add(new ChangeError(key, $"/{Target}", "expected pool, member or site", null));
        }
        return read;
    }

    private static string? TextOf(MapNode map, string key) => map.Find(key)?.Value is ScalarNode { IsNull: false } scalar ? scalar.Text : null;

    private sealed record Override(DocumentKey Key, MapNode Body, string? Pool, string? Member, string? Site)
    {
        public bool IsAbout(string pool, string? poolSite, MapNode member) =>
            (Pool is null || Pool == pool)
            && (Member is null || IsSame(TextOf(member, "address") ?? TextOf(member, "hostname"), Member))
            && (Site is null || (TextOf(member, "site") ?? poolSite) == Site);

        // 2001:db8::1 and 2001:DB8:0::1 are one address; a hostname may or may not have its final dot.
        private static bool IsSame(string? target, string name) => target is not null
            && (IPAddress.TryParse(target, out IPAddress? left) && IPAddress.TryParse(name, out IPAddress? right)
                ? left.Equals(right)
                : target.TrimEnd('.').Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase));
    }
}
