using System.Collections.Immutable;
using System.Globalization;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.RecordSets;

/// <summary>Collects the sites, pools and policies that follow from record sets.</summary>
internal sealed class ImplicitParts
{
    private readonly MeridianModel _written;
    private readonly Dictionary<string, SiteModel> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PoolModel> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyModel> _policies = new(StringComparer.Ordinal);
    private readonly ImmutableArray<ModelProblem>.Builder _problems = ImmutableArray.CreateBuilder<ModelProblem>();

    /// <summary>Begins with what has to be there without any record set: the monitors that are run by themselves.</summary>
    public ImplicitParts(MeridianModel written)
    {
        _written = written;
        foreach (MonitorModel monitor in written.Monitors.Values.Where(StandingMonitors.IsRunByItself))
        {
            _pools.Add(StandingMonitors.PoolOf(monitor.Name), StandingMonitors.ToPool(monitor));
        }
    }

    public ImmutableArray<ModelProblem> Problems => _problems.ToImmutable();

    public void Report(string path, string message) => _problems.Add(new ModelProblem(path, message));

    /// <summary>Two of one name are a problem: the clients of one zone would be answered what the other says.</summary>
    public void Add(PolicyModel policy)
    {
        if (!_policies.TryAdd(policy.Name, policy) || _written.Policies.ContainsKey(policy.Name))
        {
            Report(policy.Path, $"there is a policy '{policy.Name}' already: give the record sets other identifiers");
        }
    }

    /// <summary>A pool that is answered with these records.</summary>
    /// <param name="name">What it is called in explanations.</param>
    /// <param name="data">The records.</param>
    /// <param name="path">Where it is said that they are answered.</param>
    public PoolNode AddData(string name, SetDataModel data, string path)
    {
        if (_written.Pools.ContainsKey(name) || (_pools.TryGetValue(name, out PoolModel? known) && known.Data != data))
        {
            // As with policies: never the data of somebody else.
            Report(path, $"there is a pool '{name}' with other data already: give the record sets other identifiers");
        }
        else if (known is null)
        {
            IEnumerable<string> values = data.Rdata.Select(rdata => RdataText.Format(data.Type, rdata.Octets.Span));
            _pools.Add(name, new PoolModel
            {
                Name = name,
                IsImplicit = true,
                Data = data,
                Members = [new MemberModel { Text = string.Join(", ", values) }],
            });
        }
        return new PoolNode(name);
    }

    /// <summary>A pool with a host name outside this server's zones, whose addresses the server looks up.</summary>
    public PoolNode AddOutside(DomainName target)
    {
        string name = target.ToString();
        _pools.TryAdd(name, new PoolModel { Name = name, IsImplicit = true, Members = [new MemberModel { Hostname = target }] });
        return new PoolNode(name);
    }

    /// <summary>The monitor by which a set is healthy is run from now on.</summary>
    public void AddMonitor(MonitorModel monitor) => _pools.TryAdd(StandingMonitors.PoolOf(monitor.Name), StandingMonitors.ToPool(monitor));

    /// <summary>The site near a cloud region: one that an operator wrote, whose measurements then count, or one of its own.</summary>
    public string SiteNear(string region, Coordinates? location)
    {
        if (_written.Sites.Values.FirstOrDefault(site => string.Equals(site.Near, region, StringComparison.OrdinalIgnoreCase)) is { } written)
        {
            return written.Name;
        }
        _sites.TryAdd(region, new SiteModel { Name = region, IsImplicit = true, Near = region, Location = location });
        return region;
    }

    /// <summary>A site that stands for a point.</summary>
    public string SiteAt(Coordinates location)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{location.Latitude:0.####},{location.Longitude:0.####}");
        _sites.TryAdd(name, new SiteModel { Name = name, IsImplicit = true, Location = location });
        return name;
    }

    public MeridianModel AddTo(MeridianModel model) => model with
    {
        Sites = model.Sites.SetItems(_sites),
        Pools = model.Pools.SetItems(_pools),
        Policies = model.Policies.SetItems(_policies),
    };
}
