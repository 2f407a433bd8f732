using System.Collections.Immutable;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// What only the compiler can know to be wrong: keys that the loaded database cannot tell apart, and trees beyond the
/// limits. What can be seen in the documents themselves is checked by the front end that read them.
/// </summary>
internal static class ModelChecker
{
    public static ImmutableArray<ModelProblem> Check(MeridianModel model, PlaceDatabase places)
    {
        ImmutableArray<ModelProblem>.Builder problems = ImmutableArray.CreateBuilder<ModelProblem>();
        foreach (PoolModel pool in model.Pools.Values)
        {
            if (pool.Members.Length > SteeringLimits.MembersPerPool)
            {
                problems.Add(new($"pools/{pool.Name}/members", $"{pool.Members.Length} members; a pool has at most {SteeringLimits.MembersPerPool}. Split it and put a multivalue or weighted node above the parts."));
            }
        }
        foreach (PolicyModel policy in model.Policies.Values)
        {
            new TreeCheck(model, places, policy, problems).Check(policy.Root, policy.Path, 0);
        }
        return problems.ToImmutable();
    }

    private sealed class TreeCheck(
        MeridianModel model, PlaceDatabase places, PolicyModel policy, ImmutableArray<ModelProblem>.Builder problems)
    {
        /// <summary>Checks a node and what is below it; false stops the walk, so that one problem is named once.</summary>
        public bool Check(SteeringNode node, string path, int depth, bool isReferred = false)
        {
            if (depth > SteeringLimits.Depth)
            {
                problems.Add(new(policy.Path, $"the tree is deeper than {SteeringLimits.Depth} nodes, or refers to itself."));
                return false;
            }
            if (node is PolicyNode reference)
            {
                return Check(model.Policies[reference.Policy].Root, path, depth + 1, isReferred: true);
            }
            string below = $"{path}/{TreeSpecialiser.KindOf(node)}";
            // A referenced policy's own keys are reported with that policy.
            if (!isReferred)
            {
                CheckOwn(node, below);
            }
            // What is matched while compiling costs a query nothing; what a query tries one by one has to stay within a bit set.
            int limit = node is GeoNode or NetworkNode ? SteeringLimits.BranchesPerNode : SteeringLimits.ChildrenPerNode;
            return CheckChildren([.. node.Children], limit, below, depth, isReferred);
        }

        private bool CheckChildren(ImmutableArray<SteeringNode> children, int limit, string path, int depth, bool isReferred)
        {
            if (children.Length > limit)
            {
                problems.Add(new(path, $"{children.Length} children; a node of this kind has at most {limit}. Nest nodes instead."));
                return false;
            }
            return children.All(child => Check(child, path, depth + 1, isReferred));
        }

        private void CheckOwn(SteeringNode node, string path)
        {
            switch (node)
            {
                case GeoNode geo:
                    foreach (GeoBranch branch in geo.Places)
                    {
                        Report($"{path}/{branch.Place}", Missing(branch.Place));
                    }
                    break;
                case NetworkNode network:
                    foreach (NetworkBranch branch in network.Networks.Where(branch => branch.AutonomousSystem is not null))
                    {
                        Report($"{path}/{branch.Key}", Missing(new PlaceKey(PlaceKind.AutonomousSystem, branch.Key)));
                    }
                    break;
                case ScheduleNode schedule:
                    if (!TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out _))
                    {
                        problems.Add(new($"{path}/time-zone", $"'{schedule.TimeZone}' is not a time zone that this system knows; expected an IANA name such as Europe/Paris."));
                    }
                    if (schedule.Windows.Length > SteeringLimits.WindowsPerSchedule)
                    {
                        problems.Add(new(path, $"{schedule.Windows.Length} windows; a schedule has at most {SteeringLimits.WindowsPerSchedule}. Nest schedules instead."));
                    }
                    break;
            }
        }

        private void Report(string path, string? message)
        {
            if (message is not null)
            {
                problems.Add(new(path, message));
            }
        }

        private string? Missing(PlaceKey key)
        {
            PlaceGranularity needed = key.Kind switch
            {
                PlaceKind.Subdivision => PlaceGranularity.Subdivision,
                PlaceKind.AutonomousSystem => PlaceGranularity.AutonomousSystem,
                _ => PlaceGranularity.Country,
            };
            bool isKnown = (places.Granularity & needed) != 0
                || places.Places.Any(place => PlaceMatch.Matches(key, place));
            return isKnown ? null : key.Kind switch
            {
                PlaceKind.Subdivision => $"'{key}' is a subdivision, and the loaded database ({places.Description}) tells countries apart only; set geo.database to a city-level .mmdb, or list its networks under geo.overrides.",
                PlaceKind.AutonomousSystem => $"'{key}' is a network, and the loaded database ({places.Description}) has no AS numbers; set geo.database to an ASN .mmdb, or list its networks under geo.overrides.",
                _ => $"'{key}' cannot be told apart: the loaded database ({places.Description}) has no countries.",
            };
        }
    }
}
