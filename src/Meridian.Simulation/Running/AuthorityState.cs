using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Running;

/// <summary>The simulated server's side: what is published, what is said of each member, and what is true of it.</summary>
internal sealed class AuthorityState : IVerdictSource
{
    private readonly SimulationInput _input;
    private readonly VirtualTime _time;
    private readonly HashSet<MemberKey> _judgedDown = [];
    private readonly Dictionary<string, List<(double From, double To)>> _outages = new(StringComparer.Ordinal);
    private MeridianModel _model;
    private long _revision;

    public AuthorityState(SimulationInput input)
    {
        _input = input;
        _model = input.Model;
        _time = new VirtualTime(input.Start);
        DataPlane = new DataPlane(_time);
    }

    /// <summary>What answers.</summary>
    public DataPlane DataPlane { get; }

    /// <summary>The model that is published.</summary>
    public MeridianModel Model => _model;

    /// <summary>When each address or hostname did not work, in seconds of the run.</summary>
    public IReadOnlyDictionary<string, List<(double From, double To)>> Outages => _outages;

    public MemberVerdict GetVerdict(MemberKey member) =>
        _judgedDown.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;

    /// <summary>Sets the clock.</summary>
    public void MoveTo(double at) => _time.Now = _input.Start + TimeSpan.FromSeconds(at);

    /// <summary>Compiles and publishes.</summary>
    /// <returns>What is wrong with the model; empty when it is served now.</returns>
    public ImmutableArray<ModelProblem> Publish(MeridianModel model)
    {
        long number = _revision + 1;
        // Draws are keyed by the digest: another seed draws otherwise, the same one alike.
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_input.Seed} {number}")));
        CompileResult result = SnapshotCompiler.Compile(
            model, _input.Places, new RevisionInfo(number, (uint)number, digest, _time.Now), DataPlane.Snapshot);
        if (result.Snapshot is not { } snapshot)
        {
            return result.Problems;
        }
        DataPlane.Publish(snapshot, this);
        _model = model;
        _revision = number;
        return [];
    }

    /// <summary>Changes the verdict on one member.</summary>
    public void Judge(MemberKey member, bool isDown)
    {
        _ = isDown ? _judgedDown.Add(member) : _judgedDown.Remove(member);
        DataPlane.UpdateVerdicts([new VerdictChange(member, GetVerdict(member))]);
    }

    /// <summary>Says that the verdict on a member may change soon.</summary>
    public void Doubt(MemberKey member, uint secondsLeft) =>
        DataPlane.UpdateVerdicts([new VerdictChange(member, GetVerdict(member) with { MayChangeInSeconds = secondsLeft })]);

    /// <summary>Notes that a member does not work for a time.</summary>
    public void AddOutage(string target, double from, double to)
    {
        if (!_outages.TryGetValue(target, out List<(double, double)>? spans))
        {
            spans = [];
            _outages.Add(target, spans);
        }
        spans.Add((from, to));
    }
}
