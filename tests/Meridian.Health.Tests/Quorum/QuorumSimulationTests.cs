using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Probes;
using Meridian.Health.Quorum;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Quorum;

/// <summary>
/// Virtual time over scheduler, judge and quorum: members die and return, vantage points go blind, fall silent and come
/// back, all at random. Half a day in each test run; MERIDIAN_SIMULATED_WEEKS makes it weeks.
/// </summary>
public sealed class QuorumSimulationTests(ITestOutputHelper output)
{
    private const int Members = 8;
    private const string WeeksVariable = "MERIDIAN_SIMULATED_WEEKS";

    // Three results at an interval of 10 s, the silence that makes a vote stale, and the step of the simulation.
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(36);
    private static readonly JudgeRules Rules = new(2, 3);
    private static readonly string[] Names = ["us", "ap"];

    private static readonly MonitorModel Monitor = Models.Monitor() with
    {
        Rise = Rules.Rise,
        Fall = Rules.Fall,
        Quorum = new QuorumModel { From = ["local", "us", "ap"], MinVotes = 2 },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Run_OutagesAndPartitions_EveryVerdictIsTrueSeenAndExplained(int seed)
    {
        string? weeks = Environment.GetEnvironmentVariable(WeeksVariable);
        TimeSpan length = weeks is null ? TimeSpan.FromHours(12) : TimeSpan.FromDays(7 * double.Parse(weeks, CultureInfo.InvariantCulture));
        Random random = new(seed);
        World world = new(random);
        using EngineBench bench = new(ScriptedProbe.Answering(world.IsReached));
        ImmutableSortedDictionary<string, VantagePointModel> others = Names.ToImmutableSortedDictionary(
            name => name, name => new VantagePointModel { Name = name, Token = "a-token-of-16-or-more" }, StringComparer.Ordinal);
        bench.Engine.Reconfigure(world.Slots, null, new VantageModel { References = [World.Reference] }, others);
        RemotePlace[] places = [.. Names.Select(name => new RemotePlace(name, bench, world))];
        bench.Run(TimeSpan.FromSeconds(1));
        long probes = 0;
        bench.Engine.Observe((_, _) => probes++);
        TimeSpan begun = bench.Time.Elapsed;
        for (TimeSpan until = bench.Time.Elapsed + length; bench.Time.Elapsed < until; bench.Run(TimeSpan.FromSeconds(1)))
        {
            world.Step(bench.Time.Elapsed, places);
            Array.ForEach(places, place => place.Step());
            Check(bench, world);
        }

        long expected = (long)((bench.Time.Elapsed - begun) / Monitor.Interval) * Members;
        Assert.InRange(probes, expected - Members, expected + Members);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {length.TotalDays:0.#} days, {probes} probes here ({expected} expected), {world.Deaths} deaths and returns, {world.Cuts} times a vantage point was cut off; {world.Settled} settled verdicts looked at, each right; {world.Frozen} times too few saw, and verdicts stood"));
    }

    private static void Check(EngineBench bench, World world)
    {
        int sighted = bench.Engine.Vantages.Count(vantage => vantage.State == VantageState.Sighted);
        world.Saw(sighted, bench.Time.Elapsed);
        for (int i = 0; i < Members; i++)
        {
            HealthState state = bench.Engine.GetVerdict(world.Slots[i].Key).State;
            if (state != world.Last[i])
            {
                // It has just changed: the evidence must say why.
                world.Last[i] = state;
                MemberHealthReport report = bench.Engine.GetReport(world.Slots[i].Key)!;
                Assert.NotNull(report.Since);
                Assert.False(string.IsNullOrEmpty(report.Cause));
                Assert.Equal(state, report.History[0].State);
                Assert.Equal(report.Cause, report.History[0].Cause);
            }

            if (world.IsSettled(i, bench.Time.Elapsed))
            {
                world.Settled++;
                HealthState truth = world.IsUp[i] ? HealthState.Up : HealthState.Down;
                Assert.True(
                    truth == state,
                    $"{world.Slots[i].Key} is {state} at {bench.Time.Elapsed}: {bench.Engine.GetReport(world.Slots[i].Key)}");
            }
        }

        Assert.True(bench.Engine.GetLoad().Overdue <= TimeSpan.FromSeconds(1));
    }

    /// <summary>What is true, and who can see it.</summary>
    private sealed class World
    {
        internal static readonly IPEndPoint Reference = IPEndPoint.Parse("192.0.2.1:443");
        private readonly Random _random;
        private readonly TimeSpan[] _changedAt = new TimeSpan[Members];
        private readonly bool[] _isCut = new bool[3];
        private TimeSpan _cutChangedAt;
        private TimeSpan? _fewSeenAt;

        internal World(Random random)
        {
            _random = random;
            Slots = Models.Slots(Members, Monitor);
            IsUp = [.. Enumerable.Repeat(true, Members)];
        }

        internal ImmutableArray<MemberSlot> Slots { get; }

        internal bool[] IsUp { get; }

        internal HealthState[] Last { get; } = new HealthState[Members];

        internal int Deaths { get; private set; }

        internal int Cuts { get; private set; }

        internal long Settled { get; set; }

        internal int Frozen { get; private set; }

        /// <summary>Whether this server's own probe succeeds.</summary>
        internal bool IsReached(ProbeTarget target) => !_isCut[0] && (target.Address!.Equals(Reference.Address) || IsUp[IndexOf(target.Address!)]);

        internal bool IsCut(string place) => _isCut[1 + Array.IndexOf(Names, place)];

        internal void Step(TimeSpan now, RemotePlace[] places)
        {
            for (int i = 0; i < Members; i++)
            {
                if (_random.Next(2000) == 0)
                {
                    IsUp[i] = !IsUp[i];
                    (_changedAt[i], Deaths) = (now, Deaths + 1);
                }
            }

            for (int place = 0; place < _isCut.Length; place++)
            {
                if (_random.Next(_isCut[place] ? 300 : 4000) == 0)
                {
                    _isCut[place] = !_isCut[place];
                    (_cutChangedAt, Cuts) = (now, Cuts + (_isCut[place] ? 1 : 0));
                    if (place > 0)
                    {
                        places[place - 1].Cut(_isCut[place], _random.Next(2) == 0);
                    }
                }
            }
        }

        internal void Saw(int sighted, TimeSpan now)
        {
            bool areFew = sighted < 2;
            Frozen += areFew && _fewSeenAt is null ? 1 : 0;
            _fewSeenAt = areFew ? now : now - _fewSeenAt > Tail ? null : _fewSeenAt;
        }

        /// <summary>Long enough after every change, with enough who see, that the verdict has to be right.</summary>
        internal bool IsSettled(int member, TimeSpan now) =>
            _fewSeenAt is null && now - _changedAt[member] > Tail && now - _cutChangedAt > Tail;

        // The members are the first addresses of a network.
        internal static int IndexOf(IPAddress address) => address.GetAddressBytes()[3];
    }

    /// <summary>A vantage point elsewhere: judges as the engine does, once per interval and member.</summary>
    private sealed class RemotePlace(string name, EngineBench bench, World world)
    {
        private readonly JudgeState[] _judged = new JudgeState[Members];
        private readonly JudgeState[] _said = new JudgeState[Members];
        private ImmutableArray<AssignedCheck> _checks = [];
        private VoteStream? _stream;
        private bool _isSilent;
        private int _turn;

        internal void Cut(bool isCut, bool isSilent) => _isSilent = isCut && isSilent;

        internal void Step()
        {
            _turn++;
            bool isCut = world.IsCut(name);
            if (!isCut)
            {
                for (int i = 0; i < Members; i++)
                {
                    if ((_turn + i) % (int)Monitor.Interval.TotalSeconds == 0)
                    {
                        _judged[i] = Judge.Next(_judged[i], Rules, world.IsUp[i]);
                    }
                }
            }

            if (_isSilent)
            {
                // Its packets reach nobody; now and then the connection breaks for good.
                if (_stream is not null && _turn % 97 == 0)
                {
                    bench.Engine.Votes.Leave(_stream);
                    _stream = null;
                }

                return;
            }

            if (_stream is null)
            {
                _stream = bench.Engine.Votes.Join(name, "a-token-of-16-or-more", null, "192.0.2.9")!;
                _checks = bench.Engine.Votes.Assign(_stream)!.Checks;
                Array.Clear(_said);
            }

            bench.Engine.Votes.TakeBeat(_stream, isCut, isCut ? "no reference target can be reached" : "");
            foreach (AssignedCheck check in _checks)
            {
                int i = World.IndexOf(check.Key.Target.Address!);
                if (_judged[i] == _said[i])
                {
                    continue;
                }

                _said[i] = _judged[i];
                bench.Engine.Votes.TakeVote(
                    _stream, new CheckReport(check.Id, _judged[i].State, 0, false, bench.Time.GetUtcNow(), $"as {name} saw it", null));
            }
        }
    }
}
