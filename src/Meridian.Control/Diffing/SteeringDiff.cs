using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Explaining;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Diffing;

/// <summary>
/// What changes for clients between two configurations: exact, because it goes through every prefix in which neither
/// configuration tells clients apart, instead of trying samples.
/// </summary>
public static class SteeringDiff
{
    /// <summary>Networks that one change lists as examples; all of them are counted.</summary>
    private const int ExamplesPerChange = 5;

    /// <summary>Compares.</summary>
    /// <param name="before">The configuration that is.</param>
    /// <param name="after">The configuration that would be.</param>
    public static ImmutableArray<NameChange> Compare(DataPlaneSnapshot before, DataPlaneSnapshot after)
    {
        SortedDictionary<string, (string? Before, string? After)> names = new(StringComparer.Ordinal);
        foreach ((string name, string policy) in SteeredNames(before.Model))
        {
            names[name] = (policy, null);
        }
        foreach ((string name, string policy) in SteeredNames(after.Model))
        {
            names[name] = (names.GetValueOrDefault(name).Before, policy);
        }
        // Many names share few policies: each pair is compared once.
        Dictionary<(string?, string?), ImmutableArray<ClientChange>> compared = [];
        GeoMap countries = CountryMap(after.Places, out ImmutableArray<string?> codes);
        Dictionary<string, double> allocated = Allocated(countries, codes);
        ImmutableArray<NameChange>.Builder changes = ImmutableArray.CreateBuilder<NameChange>();
        foreach ((string name, (string? Before, string? After) policies) in names)
        {
            if (!compared.TryGetValue(policies, out ImmutableArray<ClientChange> found))
            {
                found = ComparePolicies(before, after, policies, countries, codes, allocated);
                compared.Add(policies, found);
            }
            if (!found.IsEmpty)
            {
                changes.Add(new NameChange(name, policies.Before, policies.After, found));
            }
        }
        return changes.ToImmutable();
    }

    private static IEnumerable<(string Name, string Policy)> SteeredNames(MeridianModel model) => model.Zones.Values
        .SelectMany(zone => zone.RRsets)
        .Where(rrset => rrset.Steering is not null)
        .Select(rrset => ($"{rrset.Owner} {rrset.Type.ToMnemonic()}", rrset.Steering!.Policy)); // Filtered right above.

    private static ImmutableArray<ClientChange> ComparePolicies(
        DataPlaneSnapshot before,
        DataPlaneSnapshot after,
        (string? Before, string? After) policies,
        GeoMap countries,
        ImmutableArray<string?> codes,
        Dictionary<string, double> allocated)
    {
        PolicyClasses? was = policies.Before is null ? null : PolicyClasses.Of(before, policies.Before);
        PolicyClasses? becomes = policies.After is null ? null : PolicyClasses.Of(after, policies.After);
        Dictionary<(string Before, string After), ChangeCollector> found = [];
        JointPartition.Visit([was?.Map, becomes?.Map, countries], (network, length, classes) =>
        {
            Side old = SideOf(before.Model, was, classes[0]);
            Side next = SideOf(after.Model, becomes, classes[1]);
            if (old.Tree == next.Tree && old.Targets.SetEquals(next.Targets))
            {
                return;
            }
            if (!found.TryGetValue((old.Tree, next.Tree), out ChangeCollector? change))
            {
                change = new ChangeCollector(KindOf(old, next));
                found.Add((old.Tree, next.Tree), change);
            }
            change.Add(network, length, codes[classes[2]]);
        });
        return [.. found.Select(pair => pair.Value.Finish(pair.Key.Before, pair.Key.After, allocated)).OrderByDescending(change => change.ShareOfIPv4)];
    }

    private static Side SideOf(MeridianModel model, PolicyClasses? classes, int index)
    {
        if (classes is null)
        {
            return Side.NotSteered;
        }
        PolicyClass found = classes.Classes[index];
        return new Side(
            found.Tree,
            [
                .. found.Pools.SelectMany(pool => model.Pools[pool].Members
                    // Whoever was taken out by hand answers nobody, not even when everything fails open.
                    .Where(member => member.State is AdminState.Auto or AdminState.ForcedUp)
                    .Select(member => $"{pool} {member.Target} {member.Weight} {member.State}")),
            ]);
    }

    private static ClientChangeKind KindOf(Side before, Side after) =>
        after.Targets.Count == 0 && before.Targets.Count > 0 ? ClientChangeKind.None
        : after.Targets.Count < before.Targets.Count && after.Targets.IsSubsetOf(before.Targets) ? ClientChangeKind.Fewer
        : ClientChangeKind.Other;

    internal static GeoMap CountryMap(PlaceDatabase places, out ImmutableArray<string?> codes)
    {
        List<string?> known = [null];
        Dictionary<string, ushort> indexes = new(StringComparer.Ordinal);
        ushort[] classes = new ushort[places.Places.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            if (places.Places[i].Country is { } country)
            {
                if (!indexes.TryGetValue(country, out classes[i]))
                {
                    classes[i] = (ushort)known.Count;
                    indexes.Add(country, classes[i]);
                    known.Add(country);
                }
            }
        }
        codes = [.. known];
        return places.Compile(classes);
    }

    /// <summary>IPv4 addresses that the database puts into each country.</summary>
    private static Dictionary<string, double> Allocated(GeoMap countries, ImmutableArray<string?> codes)
    {
        Dictionary<string, double> allocated = new(StringComparer.Ordinal);
        countries.Visit((network, length, index) =>
        {
            if (network.IsIPv4 && codes[index] is { } country)
            {
                allocated[country] = allocated.GetValueOrDefault(country) + ChangeCollector.AddressesOf(length);
            }
        });
        return allocated;
    }

    private sealed record Side(string Tree, HashSet<string> Targets)
    {
        public static Side NotSteered { get; } = new("not steered", []);
    }

    /// <summary>Adds up the networks of one change.</summary>
    private sealed class ChangeCollector(ClientChangeKind kind)
    {
        private readonly Dictionary<string, double> _byCountry = new(StringComparer.Ordinal);
        private readonly List<string> _examples = [];
        private int _networks;

        public static double AddressesOf(int prefixLength) => Math.ScaleB(1, 32 - prefixLength);

        public void Add(ClientAddress network, int length, string? country)
        {
            _networks++;
            if (country is null)
            {
                return;
            }
            if (_examples.Count < ExamplesPerChange)
            {
                _examples.Add($"{network}/{length}");
            }
            if (network.IsIPv4)
            {
                _byCountry[country] = _byCountry.GetValueOrDefault(country) + AddressesOf(length);
            }
        }

        public ClientChange Finish(string before, string after, Dictionary<string, double> allocated) => new(
            kind,
            before,
            after,
            _networks,
            _byCountry.Values.Sum() / Math.Max(1, allocated.Values.Sum()),
            [.. _byCountry.Select(pair => new CountryShare(pair.Key, pair.Value / allocated[pair.Key])).OrderByDescending(share => share.Share).ThenBy(share => share.Country, StringComparer.Ordinal)],
            [.. _examples]);
    }
}

/// <summary>What becomes of the answers.</summary>
public enum ClientChangeKind
{
    /// <summary>Others, or in other shares.</summary>
    Other,

    /// <summary>Some of those that there were.</summary>
    Fewer,

    /// <summary>There are none any more.</summary>
    None,
}

/// <summary>One steered record set that changes for some client.</summary>
/// <param name="Name">Owner and type.</param>
/// <param name="PolicyBefore">What steered it; null when nothing did.</param>
/// <param name="PolicyAfter">What steers it; null when nothing does any more.</param>
/// <param name="Changes">By share of the address space, most first.</param>
public sealed record NameChange(string Name, string? PolicyBefore, string? PolicyAfter, ImmutableArray<ClientChange> Changes);

/// <summary>Clients that go from one tree to another.</summary>
/// <param name="Kind">What becomes of their answers.</param>
/// <param name="Before">What was left of the policy for them.</param>
/// <param name="After">What is left of it now.</param>
/// <param name="NetworkCount">Prefixes of the joint partition, IPv4 and IPv6.</param>
/// <param name="ShareOfIPv4">Their part of the IPv4 addresses that the database knows, 0 to 1.</param>
/// <param name="Countries">Their part of each country's IPv4 addresses.</param>
/// <param name="Examples">Some of the networks.</param>
public sealed record ClientChange(
    ClientChangeKind Kind,
    string Before,
    string After,
    int NetworkCount,
    double ShareOfIPv4,
    ImmutableArray<CountryShare> Countries,
    ImmutableArray<string> Examples);

/// <summary>A part of a country's addresses.</summary>
public readonly record struct CountryShare(string Country, double Share);
