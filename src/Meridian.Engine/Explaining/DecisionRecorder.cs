using System.Collections.Immutable;
using System.Globalization;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Explaining;

/// <summary>Builds the tree of steps, in words, from what the answering code reports.</summary>
internal sealed class DecisionRecorder
{
    private DataPlaneState _state;
    private SteeringProgram _program;
    private readonly Stack<OpenStep> _open = new();
    private SteeredPolicy? _policy;
    private ClientCell _cell = ClientCell.Unknown;
    private ClientAddress _client;

    public DecisionRecorder(DataPlaneState state)
    {
        _state = state;
        _program = state.Snapshot.Steering;
        _open.Push(new OpenStep(DecisionStepKind.Lookup, ""));
    }

    public ImmutableArray<DecisionStep> Finish()
    {
        CloseDownTo(1);
        return [.. _open.Peek().Children];
    }

    /// <summary>The state that answers.</summary>
    public DataPlaneState State => _state;

    public void OnStage(DataPlaneState chosen, bool isCandidate)
    {
        ClientStage? stage = _state.Staged?.Stage;
        (_state, _program) = (chosen, chosen.Snapshot.Steering);
        Add(
            DecisionStepKind.Stage,
            isCandidate ? "the staged change" : "the current configuration",
            isCandidate ? "candidate" : "current",
            string.Create(CultureInfo.InvariantCulture, $"a change is staged for {stage?.Share ?? 0:0.##%} of the queries; this client's network is {(isCandidate ? "" : "not ")}among them{(stage?.Shortfall is { } shortfall ? $" (it takes {shortfall})" : "")}"));
    }

    public void OnView(ClientAddress source, string? view) => Add(
        DecisionStepKind.View,
        view is null ? "no view" : $"view {view}",
        source.ToString(),
        view is null ? "no network of a view is around it" : "by the longest network around it");

    public void OnLookup(CompiledZone zone, ReadOnlySpan<byte> name, LookupOutcome outcome, int node)
    {
        CloseDownTo(1);
        string matched = node >= 0 && DomainName.TryFromWire(zone.NameOf(zone.Nodes[node]), out DomainName? found) == DomainNameError.None
            ? found!.ToString()
            : "";
        ZoneKey key = zone.Model.Key;
        string seen = zone.Model.IsPrivate ? $" (seen by {string.Join(", ", zone.Model.Views)})" : "";
        string reason = outcome switch
        {
            LookupOutcome.Exact => $"in zone {key}{seen}, serial {zone.SoaSerial}",
            LookupOutcome.Wildcard => $"does not exist in zone {key}{seen}; {matched} stands for it",
            LookupOutcome.Referral => $"is at or below the zone cut {matched} of zone {key}{seen}",
            LookupOutcome.Redirect => $"is below {matched}, whose DNAME in zone {key}{seen} says where to go on",
            _ => $"does not exist in zone {key}{seen}, serial {zone.SoaSerial}",
        };
        string subject = DomainName.TryFromWire(name, out DomainName? asked) == DomainNameError.None ? asked!.ToString() : "";
        Add(DecisionStepKind.Lookup, subject, outcome.ToString(), reason);
    }

    public void OnRotation(RecordType type, uint counter, int recordCount) => Add(
        DecisionStepKind.Rotation, type.ToMnemonic(), $"record {(counter % recordCount) + 1} of {recordCount} first",
        string.Create(CultureInfo.InvariantCulture, $"the worker's counter stood at {counter}"));

    public void OnAlias(SteeredRRset alias, ResolvedAnswer? known, uint ttlSeconds)
    {
        CloseDownTo(1);
        Add(DecisionStepKind.Alias, $"{alias.Alias} {alias.Type.ToMnemonic()}", ResolutionWords.OutcomeOf(known), ResolutionWords.Describe(known));
        if (known?.State == ResolutionState.Found)
        {
            Add(DecisionStepKind.Ttl, $"{ttlSeconds} s", "ttl", ResolutionWords.TtlReason(alias.TtlSeconds, ttlSeconds, known));
        }
    }

    public void OnPolicy(CompiledPolicy policy, RecordType type, in ClientNetwork network, int scopePrefixLength)
    {
        CloseDownTo(1);
        _policy = new SteeredPolicy(policy, type);
        _client = network.Address;
        _open.Push(new OpenStep(DecisionStepKind.Policy, policy.Model.Name));
        _cell = policy.Partition is { } partition ? partition[partition.Find(network.Address, out _)] : ClientCell.Unknown;
        if (policy.Map is not null || policy.IsStickyClass[0])
        {
            AddPlace(in network);
        }
        Add(DecisionStepKind.Scope, $"/{scopePrefixLength}", "scope",
            scopePrefixLength == 0 ? "the policy does not look at where the client is" : "every client in this prefix gets the same choice of leaves");
    }

    public void OnMode(EvaluationMode mode)
    {
        CloseDownTo(2);
        string subject = mode switch
        {
            EvaluationMode.Normal => "available members",
            EvaluationMode.LastGood => "the pools that were available last",
            _ => "all members that no operator took out (failing open)",
        };
        _open.Push(new OpenStep(DecisionStepKind.Evaluation, subject));
    }

    public void EnterNode(int node)
    {
        if (_program.Nodes[node].Kind != ProgramNodeKind.Pool)
        {
            _open.Push(new OpenStep(DecisionStepKind.Node, DescribeNode(node)));
            if (_program.Nodes[node].Source is var source and >= 0)
            {
                _open.Peek().Children.AddRange(RankWords.Describe(_program, _program.Sources[source], _cell));
            }
        }
    }

    public void LeaveNode(int node, NodeOutcome outcome)
    {
        if (_program.Nodes[node].Kind != ProgramNodeKind.Pool)
        {
            OpenStep step = _open.Pop();
            step.Outcome = Name(outcome);
            step.Reason = outcome == NodeOutcome.Blocked ? "strict: nothing outside the matched place may answer" : "";
            _open.Peek().Children.Add(step.Close());
        }
    }

    public void OnDraw(int node, int edge, ulong draw, ulong total)
    {
        ProgramNode weighted = _program.Nodes[node];
        string chosen = _program.Labels[_program.Edges[weighted.FirstEdge + edge].Label];
        // What was drawn before and found unavailable takes no part any more.
        HashSet<int> tried = _open.Peek().Drawn;
        string weights = string.Join(", ", Enumerable.Range(weighted.FirstEdge, weighted.EdgeCount)
            .Where(i => !tried.Contains(i))
            .Select(i => $"{_program.Labels[_program.Edges[i].Label]} {_program.Edges[i].Weight}{ScaleOf(weighted, _program.Edges[i])}"));
        string reason = weighted.Kind == ProgramNodeKind.HashName
            ? $"the best score of the name among {weights}"
            : weighted.Kind is ProgramNodeKind.Sticky or ProgramNodeKind.AssignedSticky
            ? $"{WhyDrawn(weighted, tried)}the best score of this client network among weights {weights}"
            : total == 0
                ? $"{WhyDrawn(weighted, tried)}drew {draw} among equal shares: every weight left is 0 ({weights})"
                : string.Create(CultureInfo.InvariantCulture, $"{WhyDrawn(weighted, tried)}drew {draw} of 0–{total - 1} among weights {weights}");
        tried.Add(weighted.FirstEdge + edge);
        Add(DecisionStepKind.Draw, chosen, "drawn", reason);
    }

    /// <summary>Why a node that assigns draws after all; nothing for others.</summary>
    private static string WhyDrawn(ProgramNode weighted, HashSet<int> tried) =>
        weighted.Kind is not (ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky) ? ""
        : tried.Count == 0 ? "no volume is assigned to this network: "
        : "";

    /// <summary>What a weight is multiplied with, for nodes whose weights follow health.</summary>
    private string ScaleOf(ProgramNode weighted, ProgramEdge edge)
    {
        ProgramNode child = _program.Nodes[edge.Node];
        return weighted.ScalesByHealth && child.Kind == ProgramNodeKind.Pool
            ? $" × {_state.Health.Pools[child.Pool].AvailableCount}/{_program.Pools[child.Pool].MemberCount} available"
            : "";
    }

    public void OnChoice(int node, int edge, in ChoiceFacts facts)
    {
        ProgramNode chooser = _program.Nodes[node];
        string chosen = _program.Labels[_program.Edges[chooser.FirstEdge + edge].Label];
        if (chooser.Kind is ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky)
        {
            // What follows, when this child has nothing, is drawn among the others.
            _open.Peek().Drawn.Add(chooser.FirstEdge + edge);
            Add(DecisionStepKind.Draw, chosen, "assigned", ChoiceWords.Assigned(_program, chooser, edge, in facts, _client));
            return;
        }
        Add(DecisionStepKind.Draw, chosen, "chosen", ChoiceWords.Describe(_program, _state.Inputs, chooser, edge, in facts));
    }

    public void OnPool(int pool, EvaluationMode mode, NodeOutcome outcome)
    {
        CompiledPool compiled = _program.Pools[pool];
        PoolState state = _state.Health.Pools[pool];
        string reason = outcome == NodeOutcome.Found
            ? $"{state.AvailableCount} of {compiled.MemberCount} members available, minimum {compiled.Model.MinHealthy}"
            : WhyUnavailable(compiled, state, mode);
        OpenStep step = new(DecisionStepKind.Pool, compiled.Model.Name) { Outcome = Name(outcome), Reason = reason };
        for (int i = 0; i < compiled.MemberCount; i++)
        {
            MemberStatus status = _state.Health.Members[compiled.FirstMember + i];
            step.Children.Add(MemberWords.Describe(compiled.Model, compiled.Model.Members[i], status, ResolvedWords(pool, i)));
        }
        _open.Peek().Children.Add(step.Close());
    }

    /// <summary>What is known of a hostname that is answered by its addresses; empty for any other member.</summary>
    private string ResolvedWords(int pool, int member) => _state.Snapshot.Outside.OfPool(pool)?[member] is int number and >= 0
        ? ResolutionWords.OfMember(_state.Resolutions.Find(number, RecordType.A), _state.Resolutions.Find(number, RecordType.AAAA))
        : "";

    public void OnMembers(RecordType type, ReadOnlySpan<int> members)
    {
        CloseDownTo(2);
        List<string> targets = [];
        foreach (int slot in members)
        {
            MemberSlot member = _state.Snapshot.Members[slot];
            targets.Add(member.Member.Target);
        }
        Add(DecisionStepKind.Answer, type.ToMnemonic(), string.Join(", ", targets), "");
    }

    public void OnTtl(uint configuredSeconds, uint horizonSeconds, uint finalSeconds)
    {
        CloseDownTo(2);
        string reason = horizonSeconds > 0 && horizonSeconds < configuredSeconds
            ? $"configured {configuredSeconds} s, lowered: the answer could change in {horizonSeconds} s"
            : finalSeconds < configuredSeconds
                ? $"configured {configuredSeconds} s, jittered downward"
                : $"configured {configuredSeconds} s";
        Add(DecisionStepKind.Ttl, $"{finalSeconds} s", "ttl", reason);
    }

    public void OnDecided(SteeringStatus status)
    {
        CloseDownTo(2);
        OpenStep policy = _open.Peek();
        policy.Outcome = status.ToString();
        policy.Reason = status switch
        {
            SteeringStatus.FailOpen => "nothing is available, so every member that no operator took out is answered (when-all-down: serve-all)",
            SteeringStatus.LastGood => "nothing is available, so what was available last is answered (when-all-down: last-good)",
            SteeringStatus.Fallback => $"nothing is available, so pool {_policy?.Policy.Model.FallbackPool} is answered (when-all-down: pool)",
            SteeringStatus.NoData => "there is nothing for this client",
            SteeringStatus.ServFail => "nothing may be answered",
            SteeringStatus.NotReady => "a first verdict is still awaited",
            _ => "",
        };
    }

    private void AddPlace(in ClientNetwork network)
    {
        Place place = _state.Snapshot.Places.Places[_state.Snapshot.Places.Find(network.Address, out int prefixLength)];
        string codes = string.Join(" ", new[] { place.Continent, place.Country }.Concat(place.Subdivisions).OfType<string>());
        string source = network.IsFromOption ? "client subnet option" : "source address of the query";
        Add(
            DecisionStepKind.Place,
            $"{network.Address}/{network.SourcePrefixLength}",
            codes.Length == 0 ? "unknown place" : codes,
            string.Create(CultureInfo.InvariantCulture,
                $"from the {source}; prefix {network.Address.Mask(prefixLength)}/{prefixLength} of {DescribePlaces(network.Address)}"));
    }

    // What the operator corrected is the operator's word, and must not be looked for in the database.
    private string DescribePlaces(ClientAddress address)
    {
        NetworkPrefix client = new(address, address.IsIPv4 ? 32 : 128, address.IsIPv4);
        GeoOverrideModel? correction = _state.Snapshot.Model.Geo.Overrides
            .Where(correction => NetworkPrefix.From(correction.Network).Contains(client))
            .MaxBy(correction => correction.Network.PrefixLength);
        PlaceDatabase places = _state.Snapshot.Places;
        string database = string.Create(CultureInfo.InvariantCulture, $"{places.Description}, built {places.BuildDate:yyyy-MM-dd}");
        return correction is null ? database : $"{database}, corrected by the override {correction.Network}";
    }

    private string DescribeNode(int index)
    {
        ProgramNode node = _program.Nodes[index];
        string label = _program.Labels[node.Label];
        bool isStrict = node.Kind is ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork;
        if (!isStrict && node.Kind is not (ProgramNodeKind.Geo or ProgramNodeKind.Network))
        {
            return label;
        }
        IEnumerable<string> keys = Enumerable.Range(node.FirstEdge, node.EdgeCount)
            .Select(edge => _program.Labels[_program.Edges[edge].Label]);
        return $"{label}{(isStrict ? " (strict)" : "")} matches {string.Join(", then ", keys)}";
    }

    private static string WhyUnavailable(CompiledPool pool, PoolState state, EvaluationMode mode) => mode switch
    {
        EvaluationMode.Normal when !state.IsAvailable =>
            $"{state.AvailableCount} of {pool.MemberCount} members available, minimum {pool.Model.MinHealthy}",
        EvaluationMode.LastGood => "was not among the pools that were available last",
        EvaluationMode.FailOpen when state.FailOpen.IsEmpty => "an operator took out every member",
        _ => "has no address of the asked family (family-fallthrough)",
    };

    private static string Name(NodeOutcome outcome) => outcome switch
    {
        NodeOutcome.Found => "found",
        NodeOutcome.Blocked => "blocked",
        _ => "unavailable",
    };

    private void Add(DecisionStepKind kind, string subject, string outcome, string reason) =>
        _open.Peek().Children.Add(new DecisionStep(kind, subject, outcome, reason, []));

    private void CloseDownTo(int depth)
    {
        while (_open.Count > depth)
        {
            OpenStep step = _open.Pop();
            _open.Peek().Children.Add(step.Close());
        }
    }

    private sealed record SteeredPolicy(CompiledPolicy Policy, RecordType Type);

    private sealed class OpenStep(DecisionStepKind kind, string subject)
    {
        public string Outcome { get; set; } = "";

        public string Reason { get; set; } = "";

        public List<DecisionStep> Children { get; } = [];

        /// <summary>The edges of a weighted node that were drawn.</summary>
        public HashSet<int> Drawn { get; } = [];

        public DecisionStep Close() => new(kind, subject, Outcome, Reason, [.. Children]);
    }
}
