using System.Collections.Immutable;
using Meridian.Control.Configuration.Policies;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Engine.Model;
using Meridian.Engine.RecordSets;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads the merged documents, section by section, and then checks what holds between sections.</summary>
internal static class ModelReader
{
    /// <summary>The model as far as it could be read; it is only of use when no error was reported.</summary>
    public static MeridianModel? Read(ReadContext context, MapNode node)
    {
        if (MapReader.Open(context, node, "", RootSection.Schema) is not { } root)
        {
            return null;
        }
        string? state = root.Read(RootSection.State);
        MeridianModel model = new()
        {
            Listen = root.Find(RootSection.Listen) is { } listen ? ListenSection.Read(context, listen, RootSection.Listen.Name) : new ListenModel(),
            Access = root.Find(RootSection.Access) is { } access
                ? AccessSection.Read(context, access, RootSection.Access.Name)
                : new AccessModel(),
            Answering = root.Find(RootSection.Answering) is { } answering
                ? AnsweringSection.Read(context, answering, RootSection.Answering.Name)
                : new AnsweringModel(),
            Resolvers = root.Find(RootSection.Resolvers) is { } resolvers
                ? ResolversSection.Read(context, resolvers, RootSection.Resolvers.Name)
                : new ResolversModel(),
            Geo = root.Find(RootSection.Geo) is { } geo ? GeoSection.Read(context, geo, RootSection.Geo.Name) : new GeoModel(),
            StateDirectory = state is null ? null : context.ResolvePath(root.PositionOf(RootSection.State), state),
            History = root.Find(RootSection.History) is { } history
                ? HistorySection.Read(context, history, RootSection.History.Name)
                : new HistoryModel(),
            Store = root.Find(RootSection.Store) is { } store ? StoreSection.Read(context, store, RootSection.Store.Name) : new StoreModel(),
            Observing = root.Find(RootSection.Observing) is { } observing
                ? ObservingSection.Read(context, observing, RootSection.Observing.Name)
                : new ObservingModel(),
            WarmUpLimit = root.Read(RootSection.WarmUp),
            Breaker = root.Find(RootSection.Breaker) is { } breaker
                ? BreakerSection.Read(context, breaker, RootSection.Breaker.Name)
                : new BreakerModel(),
            Vantage = root.Find(RootSection.Vantage) is { } vantage
                ? VantageSection.Read(context, vantage, RootSection.Vantage.Name)
                : new VantageModel(),
            VantagePoints = NamedEntries.Read(root, RootSection.VantagePoints, VantageSection.ReadPoint),
            Guard = root.Find(RootSection.Guard) is { } guard ? GuardSection.Read(context, guard, RootSection.Guard.Name) : new GuardModel(),
            Overrides = NamedEntries.Read(root, RootSection.Overrides, OverrideSection.Read),
            Notify = NamedEntries.Read(root, RootSection.Notify, NotifySection.Read),
            Route53 = root.Find(RootSection.Route53) is { } route53
                ? Route53Section.Read(context, route53, RootSection.Route53.Name)
                : new Route53Model(),
            Sites = NamedEntries.Read(root, RootSection.Sites, SiteSection.Read),
            Monitors = CalculatedSection.Resolve(context, NamedEntries.Read(root, RootSection.Monitors, MonitorSection.Read)),
            Pools = NamedEntries.Read(root, RootSection.Pools, PoolSection.Read),
            Latency = root.Find(RootSection.Latency) is { } latency ? LatencySection.Read(context, latency, RootSection.Latency.Name) : [],
            Collections = NamedEntries.Read(root, RootSection.Collections, CollectionSection.Read),
            Views = NamedEntries.Read(root, RootSection.Views, ViewSection.Read),
            DelegationSets = NamedEntries.Read(root, RootSection.DelegationSets, Route53Section.ReadDelegationSet),
            UpdateKeys = NamedEntries.Read(root, RootSection.UpdateKeys, UpdateKeySection.Read),
            Load = root.Find(RootSection.Load) is { } load ? LoadSection.Read(context, load, RootSection.Load.Name) : null,
        };
        context.Silences = root.Find(RootSection.Lint) is { } lint ? LintSection.Read(context, lint, RootSection.Lint.Name) : [];
        context.Guard = model.Guard;
        context.Pools = model.Pools;
        context.Sites = model.Sites;
        model = model with { Policies = NamedEntries.Read(root, RootSection.Policies, PolicySection.Read) };
        PolicyRules.Check(context, model.Policies);
        ReadKept(root);
        ViewRules.Check(context, model.Views);
        model = model with { Zones = ReadZones(root, model) };
        ViewRules.CheckZones(context, model);
        return Expand(context, model);
    }

    /// <summary>Reads only zones, and puts them in the place of those of a model whose other parts they refer to.</summary>
    /// <param name="context">The load.</param>
    /// <param name="node">A tree with nothing but zones.</param>
    /// <param name="model">Everything else, and the zones that stay.</param>
    public static MeridianModel? ReadZones(ReadContext context, MapNode node, MeridianModel model)
    {
        if (MapReader.Open(context, node, "", RootSection.Schema) is not { } root)
        {
            return null;
        }
        context.Guard = model.Guard;
        context.Pools = model.Pools;
        context.Sites = model.Sites;
        model = model with { Zones = model.Zones.SetItems(ReadZones(root, model)) };
        ViewRules.CheckZones(context, model);
        return Expand(context, model);
    }

    /// <summary>Reads what is kept with the configuration and no part of the model: only what is wrong with it comes of that.</summary>
    public static void ReadKept(ReadContext context, MapNode node)
    {
        if (MapReader.Open(context, node, "", RootSection.Schema) is { } root)
        {
            ReadKept(root);
        }
    }

    private static void ReadKept(MapReader root)
    {
        NamedEntries.Read(root, RootSection.TrafficPolicies, TrafficPolicySection.Read);
        NamedEntries.Read(root, RootSection.TrafficPolicyInstances, TrafficPolicySection.ReadInstance);
    }

    /// <summary>Works out what record sets and aliases mean, which takes the whole model; what is wrong with them is told where they stand.</summary>
    internal static MeridianModel Expand(ReadContext context, MeridianModel model)
    {
        if (context.Diagnostics.HasErrors)
        {
            // What is not there may be what could not be read.
            return model;
        }
        MeridianModel expanded = RecordSetExpansion.Expand(model, out ImmutableArray<ModelProblem> problems);
        foreach (ModelProblem problem in problems)
        {
            // Where only a part was read, what is wrong may be in the rest: its path tells where.
            SourcePosition position = context.Positions.TryFind(problem.Path, out SourcePosition? found) ? found.Value : new SourcePosition("", 0, 0);
            context.Diagnostics.Error(position, problem.Path, problem.Message);
        }
        return expanded;
    }

    private static ImmutableSortedDictionary<ZoneKey, ZoneModel> ReadZones(MapReader root, MeridianModel model)
    {
        ReadContext context = root.Context;
        Dictionary<ZoneKey, ZoneDraft> drafts = [];
        ImmutableArray<MapEntry> entries = NamedEntries.Entries(root, RootSection.Zones);
        foreach (MapEntry entry in entries)
        {
            if (ZoneSection.Read(context, entry) is { } draft && !drafts.TryAdd(draft.Key, draft))
            {
                context.Diagnostics.Error(
                    entry.KeyPosition,
                    draft.Path,
                    $"the zone {draft.Key} is here twice; it was first given at {drafts[draft.Key].Position}");
            }
        }
        if (entries.IsEmpty && context.Names.IsComplete)
        {
            context.Diagnostics.Warning(
                root.Node.Position, RootSection.Zones.Name, "there are no zones: every query will be refused");
        }
        ZoneIds.Check(context, drafts.Values, model);
        ImmutableSortedDictionary<ZoneKey, ZoneModel>.Builder zones = ImmutableSortedDictionary.CreateBuilder<ZoneKey, ZoneModel>();
        SteeredDataRules steering = new(context, model.Policies, model.Pools);
        foreach (ZoneDraft draft in drafts.Values)
        {
            ZoneRules.Check(context, draft);
            steering.Check(draft);
            if (ZoneAssembler.Assemble(draft) is { } zone)
            {
                zones.Add(zone.Key, zone);
            }
        }
        return zones.ToImmutable();
    }
}
