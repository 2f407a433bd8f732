using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Applying;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Changes.Staging;

namespace Meridian.Control.Changes;

/// <content>Changes that meet the world in steps: kept beside the configuration until they are promoted or end.</content>
public sealed partial class ChangeService
{
    /// <summary>Keeps a change to be met in steps, after everything that is asked of one that is applied.</summary>
    internal async Task<ChangeOutcome> StageAsync(ProposedChange change, StageStart start, CancellationToken cancellationToken)
    {
        if (start.Plan.Problem is { } problem)
        {
            return new ChangeOutcome.Invalid([new ChangeError(null, "", problem, null)]);
        }
        Candidate current = await _line.CurrentAsync(cancellationToken);
        if (start.Plan.Guard.FirstOrDefault(monitor => !current.Model.Monitors.ContainsKey(monitor)) is { } unknown)
        {
            return new ChangeOutcome.Invalid([new ChangeError(null, "", $"there is no monitor '{unknown}' to guard it", null)]);
        }
        return await ApplyAsync(change, new Approval(null, start), cancellationToken);
    }

    /// <summary>What is staged, and what it is staged on; null when nothing is.</summary>
    internal async Task<FoundStage?> FindStagedAsync(CancellationToken cancellationToken)
    {
        Candidate current = await _line.CurrentAsync(cancellationToken);
        return current.Documents.TryFind(StageDocument.Key, out Document document) && StageDocument.TryRead(document.Body) is { } staged
            ? new FoundStage(staged, document.Version, current)
            : null;
    }

    /// <summary>The current configuration with the staged change on top, or why they no longer go together; null when nothing is staged.</summary>
    internal async Task<StagedBuild?> BuildStagedAsync(CancellationToken cancellationToken)
    {
        StagedBuild? build = await _line.UseAsync(
            place => place.Candidate.Documents.TryFind(StageDocument.Key, out Document document) && StageDocument.TryRead(document.Body) is { } staged
                ? Build(place, staged)
                : null,
            cancellationToken);
        if (build?.Candidate is { } candidate)
        {
            _parts.History?.KeepFiles(candidate.Loaded);
        }
        return build;
    }

    /// <summary>Makes what is staged everybody's; null when nothing is.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="only">The version of <see cref="StageDocument"/> that is meant; null means whatever is staged.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    internal async Task<ChangeOutcome?> PromoteStagedAsync(string by, long? only, CancellationToken cancellationToken)
    {
        if (await FindStagedAsync(cancellationToken) is not { } found || (only is { } version && version != found.Version))
        {
            return null;
        }
        StageDocument staged = found.Document;
        ProposedChange change = new()
        {
            Changes = staged.ToChanges(),
            Preconditions = [.. staged.Preconditions.Select(one => one.ToPrecondition()), new Precondition(StageDocument.Key, found.Version)],
            Author = staged.Author,
            Origin = staged.Origin,
            Message = Shortened("", staged.Message, $" (promoted by {by})"),
            // What was accepted in steps is not held up at the last of them.
            Reason = staged.Reason ?? "staged",
        };
        return await ApplyAsync(change, new Approval(StageDocument.Key), cancellationToken);
    }

    /// <summary>A message around another, which gives way where both are too long for the log.</summary>
    private static string Shortened(string before, string message, string behind)
    {
        int room = ChangeLogLimits.MaxMessageLength - before.Length - behind.Length;
        return before + (message.Length <= room ? message : message[..room]) + behind;
    }

    /// <summary>Ends what is staged without applying it; null when nothing is.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="only">The version of <see cref="StageDocument"/> that is meant; null means whatever is staged.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    internal async Task<ChangeOutcome?> AbortStagedAsync(string by, string reason, long? only, CancellationToken cancellationToken)
    {
        if (await FindStagedAsync(cancellationToken) is not { } found || (only is { } version && version != found.Version))
        {
            return null;
        }
        ProposedChange change = new()
        {
            Changes = [DocumentChange.Delete(StageDocument.Key)],
            Preconditions = [new Precondition(StageDocument.Key, found.Version)],
            Author = by,
            Origin = ChangeOrigin.Cli,
            Message = Shortened("end the staged change: ", found.Document.Message, ""),
            Reason = Shortened("", reason, ""),
        };
        return await ApplyAsync(change, cancellationToken);
    }

    private StagedBuild Build(LinePlace place, StageDocument staged)
    {
        ImmutableArray<Precondition> relied = [.. staged.Preconditions.Select(one => one.ToPrecondition())];
        if (ChangeChecks.FindConflict(place.Candidate.Documents, relied, []) is { } conflict)
        {
            return new StagedBuild(null, $"somebody else changed {conflict.Key} meanwhile, which it relies on");
        }
        CandidateResult built = _checks.Build(place, staged.ToChanges());
        return new StagedBuild(
            built.Candidate,
            built.Candidate is null ? $"it can no longer be applied to the current configuration: {string.Join("; ", built.Errors)}" : "");
    }
}
