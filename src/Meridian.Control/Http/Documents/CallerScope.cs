using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Engine.Model;

namespace Meridian.Control.Http.Documents;

/// <summary>What a token for some zones may read and change.</summary>
internal static class CallerScope
{
    /// <summary>Whether a document may be read. What zones share may be: without it nobody could tell what a zone does.</summary>
    public static bool MayRead(Principal caller, DocumentKey key) =>
        caller.Scope.IsAll || ZoneOf(key) is not { } zone || caller.Scope.Contains(zone);

    /// <summary>Why a document may not be changed; null when it may.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="change">The change.</param>
    /// <param name="model">What is served: it says which zones use a pool.</param>
    public static string? Refuse(Principal caller, DocumentChange change, MeridianModel? model)
    {
        DocumentKey key = change.Key;
        bool isOverride = key.Kind == DocumentKinds.Override;
        Role needed = isOverride ? Role.Operator : key.Kind is DocumentKinds.AccessToken or DocumentKinds.AccessKey or DocumentKinds.TsigKey ? Role.Admin : Role.Editor;
        if (caller.Role < needed)
        {
            return $"changing {key} takes the role {needed.ToWord()}; '{caller.Name}' has {caller.Role.ToWord()}";
        }
        if (key.Kind == DocumentKinds.AccessToken)
        {
            return "tokens are made and revoked at /api/v1/tokens";
        }
        if (key.Kind == DocumentKinds.AccessKey)
        {
            return "access keys are made and revoked at /api/v1/keys";
        }
        if (caller.Scope.IsAll)
        {
            return null;
        }
        if (ZoneOf(key) is { } zone)
        {
            return caller.Scope.Contains(zone) ? null : $"{key} is not in the zones of '{caller.Name}': {caller.Scope}";
        }
        if (!isOverride)
        {
            return $"{key} is shared by zones; '{caller.Name}' is for {caller.Scope} only";
        }
        return RefuseOverride(caller, change, model);
    }

    private static string? RefuseOverride(Principal caller, DocumentChange change, MeridianModel? model)
    {
        if (model is null)
        {
            return $"overrides take a token for all zones until there is a configuration; '{caller.Name}' is for {caller.Scope}";
        }
        // The one that is there goes when another takes its name: whoever may not take it away may not write over it either.
        OverrideTarget? current = model.Overrides.TryGetValue(change.Key.Name, out OverrideModel? known) ? OverrideTarget.Of(known) : null;
        // What is not understood is refused where documents are checked.
        OverrideTarget? next = change.Body is { } body ? OverrideTarget.TryRead(body.Memory) : null;
        return new[] { current, next }.OfType<OverrideTarget>().Select(target => RefuseTarget(caller, target, model)).FirstOrDefault(reason => reason is not null);
    }

    private static string? RefuseTarget(Principal caller, OverrideTarget target, MeridianModel model)
    {
        string[] outside = [.. ZoneUse.OfPools(model, target.PoolsIn(model)).Where(zone => !caller.Scope.Contains(zone)).Take(3)];
        return outside.Length == 0 ? null : $"{target} is also used by {string.Join(", ", outside)}; '{caller.Name}' is for {caller.Scope} only";
    }

    private static string? ZoneOf(DocumentKey key) => key.Kind switch
    {
        DocumentKinds.Zone => key.Name,
        DocumentKinds.Records => RecordsName.TrySplit(key.Name, out string? zone, out _) ? zone : key.Name,
        _ => null,
    };
}
