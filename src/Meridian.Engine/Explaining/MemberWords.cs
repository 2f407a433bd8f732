using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Explaining;

/// <summary>A member's state in words.</summary>
internal static class MemberWords
{
    public static DecisionStep Describe(PoolModel pool, MemberModel member, MemberStatus status, string resolved)
    {
        string outcome = status.Admin switch
        {
            AdminState.Draining => "draining",
            AdminState.ForcedDown => "forced down",
            AdminState.ForcedUp => "forced up",
            _ => status.Health switch
            {
                HealthState.Up => "up",
                HealthState.Down => "down",
                _ => "unknown",
            },
        };
        string reason = status.Admin != AdminState.Auto
            ? ForcedReason(member, status)
            : status.Health == HealthState.Unknown
                ? "waits for its first verdict"
                : pool.Monitor is null ? "no monitor checks it" : $"by monitor {pool.Monitor}";
        return new DecisionStep(
            DecisionStepKind.Member, member.Target, outcome,
            string.Create(CultureInfo.InvariantCulture, $"weight {member.Weight}; {reason}{(resolved.Length > 0 ? "; " : "")}{resolved}"), []);
    }

    private static string ForcedReason(MemberModel member, MemberStatus status)
    {
        if (status.By is { } word)
        {
            string end = word.Until is { } at ? string.Create(CultureInfo.InvariantCulture, $" until {at:yyyy-MM-dd HH:mm}Z") : "";
            return $"by {word.Author}, override {word.Name}{end}: {word.Reason}";
        }
        string until = member.Until is { } own ? string.Create(CultureInfo.InvariantCulture, $" until {own:yyyy-MM-dd HH:mm}Z") : "";
        return $"by the operator{until}: {member.Reason ?? "no reason given"}";
    }
}
