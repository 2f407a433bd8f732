using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Applying;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Changes.Staging;

namespace Meridian.Control.Changes;

/// <content>Changes that meet the world in steps: kept beside the configuration until they are promoted or end.</content>
public sealed partial class ChangeService
{
    /// <summary>Keeps a change to be met in steps, after everything that is asked of one that is applied.</summary>
    internal async Task<ChangeOutcome> StageAsync(ProposedChange change, StagePlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (plan.Problem is { } problem)
        {
            return new ChangeOutcome.Invalid([new ChangeError(null, "", problem, null)]);
        }
        Candidate current = await _line.CurrentAsync(cancellationToken);
        if (plan.Guard.FirstOrDefault(monitor => !current.Model.Monitors.ContainsKey(monitor)) is { } unknown)
        {
            return new ChangeOutcome.Invalid([new ChangeError(null, "", $"there is no monitor '{unknown}' to guard it", null)]);
        }
        return await ApplyAsync(change, new Approval(null, plan, now), cancellationToken);
    }

    /// <summary>What is staged, and what it is staged on; null when nothing is.</summary>
    internal async Task<(StageDocument Document, Candidate Current)?> FindStagedAsync(CancellationToken cancellationToken)
    {
        Candidate current = await _line.CurrentAsync(cancellationToken);
        return current.Documents.TryFind(StageDocument.Key, out Document document) && StageDocument.TryRead(document.Body) is { } staged
            ? (staged, current)
            : null;
    }

    /// <summary>The current configuration with the staged change on top; null when they no longer go together.</summary>
    internal async Task<Candidate?> BuildStagedAsync(CancellationToken cancellationToken)
    {
        Candidate? candidate = await _line.UseAsync(
            place => place.Candidate.Documents.TryFind(StageDocument.Key, out Document document) && StageDocument.TryRead(document.Body) is { } staged
                ? _checks.Build(place, staged.ToChanges()).Candidate
                : null,
            cancellationToken);
        if (candidate is not null)
        {
            _parts.History?.KeepFiles(candidate.Loaded);
        }
        return candidate;
    }

    internal async Task<ChangeOutcome?> PromoteStagedAsync(string by, CancellationToken cancellationToken)
    {
        if (await FindStagedAsync(cancellationToken) is not { Document: var staged })
        {
            return null;
        }
        ProposedChange change = new()
        {
            Changes = staged.ToChanges(),
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

    internal async Task<ChangeOutcome?> AbortStagedAsync(string by, string reason, CancellationToken cancellationToken)
    {
        if (await FindStagedAsync(cancellationToken) is not { Document: var staged })
        {
            return null;
        }
        ProposedChange change = new()
        {
            Changes = [DocumentChange.Delete(StageDocument.Key)],
            Author = by,
            Origin = ChangeOrigin.Cli,
            Message = Shortened("end the staged change: ", staged.Message, ""),
            Reason = reason,
        };
        return await ApplyAsync(change, cancellationToken);
    }
}
