using Meridian.Dns.Records;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>A name outside cannot be resolved any more, or can again.</summary>
/// <param name="Name">Which.</param>
/// <param name="Type">A or AAAA.</param>
/// <param name="IsTrouble">Whether the trouble begins; false for its end.</param>
/// <param name="Problem">What the resolvers say.</param>
/// <param name="Answer">What is answered.</param>
/// <param name="At">When.</param>
public sealed record OutsideNews(OutsideName Name, RecordType Type, bool IsTrouble, string Problem, ResolvedAnswer? Answer, DateTimeOffset At)
{
    /// <summary>What becomes of answers, in words.</summary>
    public string Consequence => Answer switch
    {
        { State: ResolutionState.Found } => $"its last good addresses go on being answered: {OutsideStatus.TextOf(Answer)}",
        { State: ResolutionState.NoData or ResolutionState.NxDomain } => "it goes on being answered without data",
        _ => "there is no answer from before: SERVFAIL",
    };
}
