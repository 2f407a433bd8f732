using System.Collections.Immutable;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>Change sets in few words.</summary>
internal static class ChangeSets
{
    public static DocumentKey Pool(string name) => new(DocumentKinds.Pool, name);

    public static DocumentChange Put(string name, string json) => DocumentChange.Put(Pool(name), DocumentBody.FromText(json));

    public static DocumentChange Delete(string name) => DocumentChange.Delete(Pool(name));

    public static ChangeSet Set(params ImmutableArray<DocumentChange> changes) =>
        new() { Changes = changes, Author = "tester", Origin = ChangeOrigin.Cli, Message = "a change" };

    public static ChangeSet With(this ChangeSet set, params ImmutableArray<Precondition> preconditions) =>
        set with { Preconditions = preconditions };

    public static async Task<Revision> AcceptAsync(this IChangeLog log, ChangeSet set) =>
        Assert.IsType<AppendResult.Accepted>(await log.AppendAsync(set, CancellationToken.None)).Revision;

    public static async Task<string> TextAsync(this IChangeLog log)
    {
        using DocumentState state = await log.StateAsync(CancellationToken.None);
        return Text(state);
    }

    /// <summary>A state as one line: <c>a@1={} b@2={}</c>.</summary>
    public static string Text(this DocumentState state) =>
        string.Join(' ', state.Read().Select(document => $"{document.Key.Name}@{document.Version}={document.Body}"));
}
