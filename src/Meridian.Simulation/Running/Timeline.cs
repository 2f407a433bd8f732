using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Running;

/// <summary>A scenario as single steps, each of which changes what the authority answers.</summary>
internal static class Timeline
{
    // Verdicts of one outage fall one after the other: those within half a second make one step.
    private const double StepsPerSecond = 2;

    /// <summary>Lays a scenario out.</summary>
    public static ImmutableArray<TimelineStep> Of(SimulationInput input, AuthorityState state)
    {
        List<TimelineStep> steps = [];
        for (int i = 0; i < input.Events.Length; i++)
        {
            int number = i;
            ScenarioEvent happening = input.Events[i];
            switch (happening)
            {
                case Failure failure:
                    AddFailure(steps, input, state, number, failure);
                    break;
                case Drain drain:
                    steps.Add(new(drain.At, number, s => s.Publish(ModelEdit.WithState(s.Model, drain.Subject, AdminState.Draining))));
                    if (drain.For is { } span)
                    {
                        steps.Add(new(drain.At + span, number, s => s.Publish(ModelEdit.WithState(s.Model, drain.Subject, AdminState.Auto)), IsEnd: true));
                    }
                    break;
                case TtlChange ttl:
                    steps.Add(new(ttl.At, number, s => s.Publish(ModelEdit.WithTtl(s.Model, ttl.Policy, ttl.Seconds))));
                    break;
                case WeightChange weight:
                    steps.Add(new(weight.At, number, s => s.Publish(ModelEdit.WithWeight(s.Model, weight.Policy, weight.Child, weight.Weight))));
                    break;
                case NewConfiguration configuration:
                    steps.Add(new(configuration.At, number, s => s.Publish(configuration.Model)));
                    break;
            }
        }
        // Stable: what is written first happens first.
        return [.. steps.OrderBy(step => step.At)];
    }

    private static void AddFailure(
        List<TimelineStep> steps, SimulationInput input, AuthorityState state, int number, Failure failure)
    {
        Randomness random = Randomness.For(input.Seed, 1_000_000_007UL + (ulong)number);
        foreach (PoolModel pool in input.Model.Pools.Values)
        {
            foreach (MemberModel member in pool.Members.Where(member => failure.Subject.Holds(pool, member)))
            {
                double back = failure.For is { } span ? failure.At + span : double.PositiveInfinity;
                state.AddOutage(member.Target, failure.At, back);
                if (pool.Monitor is not { } name)
                {
                    continue; // Nobody looks, so nobody ever finds out.
                }
                MonitorModel monitor = input.Model.Monitors[name];
                MemberKey key = new(pool.Name, member.Target);
                double doubted = DetectionTime.OfFirstDoubt(monitor, failure.IsSilent, ref random);
                double confirming = DetectionTime.OfConfirmation(monitor, failure.IsSilent);
                double after = failure.FoundAfter ?? doubted + confirming;
                // What was measured is taken to the moment; what is drawn is put together with what falls beside it.
                double found = failure.FoundAfter is null ? Rounded(failure.At, after) : failure.At + after;
                if (found < back)
                {
                    // From the first failed probe on answers say that they may change soon: their TTL shrinks.
                    double untilDoubt = Math.Max(0, after - confirming);
                    double doubt = failure.FoundAfter is null ? Rounded(failure.At, untilDoubt) : failure.At + untilDoubt;
                    uint left = (uint)Math.Ceiling(found - doubt);
                    if (left > 0)
                    {
                        steps.Add(new(doubt, number, s => Doubt(s, key, left)));
                    }
                    steps.Add(new(found, number, s => Judge(s, key, true)));
                    double seenBack = Rounded(back, DetectionTime.OfReturn(monitor, ref random));
                    if (double.IsFinite(seenBack))
                    {
                        steps.Add(new(seenBack, number, s => Judge(s, key, false), IsEnd: true));
                    }
                }
            }
        }
    }

    private static ImmutableArray<ModelProblem> Judge(AuthorityState state, MemberKey member, bool isDown)
    {
        state.Judge(member, isDown);
        return [];
    }

    private static ImmutableArray<ModelProblem> Doubt(AuthorityState state, MemberKey member, uint secondsLeft)
    {
        state.Doubt(member, secondsLeft);
        return [];
    }

    // To the nearest step, so that verdicts are not late on average; never before what they are about.
    private static double Rounded(double since, double after) =>
        Math.Max(since, Math.Round((since + after) * StepsPerSecond, MidpointRounding.AwayFromZero) / StepsPerSecond);
}

/// <summary>One change of what the authority answers.</summary>
/// <param name="At">When.</param>
/// <param name="Event">The event that it belongs to, by its number.</param>
/// <param name="Apply">Makes the change; returns what is wrong with it.</param>
/// <param name="IsEnd">Whether it takes the event back.</param>
internal sealed record TimelineStep(
    double At, int Event, Func<AuthorityState, ImmutableArray<ModelProblem>> Apply, bool IsEnd = false);
