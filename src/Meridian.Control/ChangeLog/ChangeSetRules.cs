using System.Buffers;
using System.Text;

namespace Meridian.Control.ChangeLog;

/// <summary>What a change set must be, whatever is in the log.</summary>
internal static class ChangeSetRules
{
    private static readonly SearchValues<char> KindCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The first rule that a set breaks; null when it breaks none.</summary>
    /// <param name="changes">What is asked for.</param>
    /// <param name="length">Octets of names and bodies, as far as they were counted.</param>
    public static AppendResult.Refused? Check(ChangeSet changes, out long length)
    {
        length = 0;
        if (CheckTexts(changes) is { } problem)
        {
            return problem;
        }
        if (changes.Changes.IsDefaultOrEmpty)
        {
            return Invalid("there is nothing in the change set");
        }
        if (changes.Changes.Length > ChangeLogLimits.MaxChanges)
        {
            return Limit($"the change set has {changes.Changes.Length} changes, more than {ChangeLogLimits.MaxChanges}");
        }
        HashSet<DocumentKey> seen = changes.Changes.Length > 1 ? new(changes.Changes.Length) : [];
        foreach (DocumentChange change in changes.Changes)
        {
            if (CheckKey(change.Key) is { } wrong)
            {
                return wrong;
            }
            if (!seen.Add(change.Key))
            {
                return Invalid($"{change.Key} is in the change set twice");
            }
            if (change.Body is { } body && CheckBody(change.Key, body) is { } wrongBody)
            {
                return wrongBody;
            }
            length += change.Key.Name.Length + (change.Body?.Length ?? 0);
        }
        if (length > ChangeLogLimits.MaxChangeSetLength)
        {
            return Limit($"the change set has {length} octets, more than {ChangeLogLimits.MaxChangeSetLength}");
        }
        return CheckPreconditions(changes);
    }

    private static AppendResult.Refused? CheckPreconditions(ChangeSet changes)
    {
        if (changes.Preconditions.IsDefaultOrEmpty)
        {
            return null;
        }
        if (changes.Preconditions.Length > ChangeLogLimits.MaxPreconditions)
        {
            return Limit($"the change set has {changes.Preconditions.Length} preconditions, more than {ChangeLogLimits.MaxPreconditions}");
        }
        foreach (Precondition precondition in changes.Preconditions)
        {
            if (CheckKey(precondition.Key) is { } wrong)
            {
                return wrong;
            }
            if (precondition.Version < 0)
            {
                return Invalid($"the version {precondition.Version} that {precondition.Key} must have is none");
            }
        }
        return null;
    }

    private static AppendResult.Refused? CheckTexts(ChangeSet changes)
    {
        if (!Enum.IsDefined(changes.Origin))
        {
            return Invalid($"{changes.Origin} is no origin");
        }
        return CheckText("author", changes.Author, ChangeLogLimits.MaxAuthorLength, mayBeEmpty: false)
            ?? CheckText("message", changes.Message, ChangeLogLimits.MaxMessageLength, mayBeEmpty: true)
            ?? CheckText("reason", changes.Reason, ChangeLogLimits.MaxMessageLength, mayBeEmpty: true)
            ?? CheckText("idempotency key", changes.IdempotencyKey, ChangeLogLimits.MaxIdempotencyKeyLength, mayBeEmpty: false);
    }

    private static AppendResult.Refused? CheckText(string what, string? text, int limit, bool mayBeEmpty)
    {
        if (text is null)
        {
            return null;
        }
        if (text.Length == 0 && !mayBeEmpty)
        {
            return Invalid($"the {what} is empty");
        }
        if (text.Length > limit)
        {
            return Limit($"the {what} has {text.Length} characters, more than {limit}");
        }
        // What cannot be written in UTF-8 would not be read back as it was hashed.
        return IsWellFormed(text) ? null : Invalid($"the {what} has half of a surrogate pair");
    }

    private static AppendResult.Refused? CheckKey(DocumentKey key)
    {
        if (string.IsNullOrEmpty(key.Kind) || key.Kind.AsSpan().ContainsAnyExcept(KindCharacters))
        {
            return Invalid($"\"{key.Kind}\" is no kind of document");
        }
        if (key.Kind.Length > ChangeLogLimits.MaxKindLength)
        {
            return Limit($"the kind \"{key.Kind}\" has more than {ChangeLogLimits.MaxKindLength} characters");
        }
        if (string.IsNullOrEmpty(key.Name))
        {
            return Invalid($"a {key.Kind} has no name");
        }
        // The length in octets is at least that in characters: most names need no counting.
        if (key.Name.Length > ChangeLogLimits.MaxNameLength
            || (key.Name.Length > ChangeLogLimits.MaxNameLength / 3 && Encoding.UTF8.GetByteCount(key.Name) > ChangeLogLimits.MaxNameLength))
        {
            return Limit($"the name of a {key.Kind} has more than {ChangeLogLimits.MaxNameLength} octets: {key.Name[..64]}…");
        }
        foreach (char character in key.Name)
        {
            if (char.IsControl(character))
            {
                return Invalid($"the name of a {key.Kind} has the control character U+{(int)character:X4}");
            }
        }
        return IsWellFormed(key.Name) ? null : Invalid($"the name of a {key.Kind} has half of a surrogate pair");
    }

    private static AppendResult.Refused? CheckBody(DocumentKey key, DocumentBody body) => body.Length switch
    {
        0 => Invalid($"{key} has no content"),
        > ChangeLogLimits.MaxBodyLength => Limit($"{key} has {body.Length} octets, more than {ChangeLogLimits.MaxBodyLength}"),
        _ => null,
    };

    private static bool IsWellFormed(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is int at and >= 0)
        {
            if (Rune.DecodeFromUtf16(rest[at..], out _, out int consumed) != OperationStatus.Done)
            {
                return false;
            }
            rest = rest[(at + consumed)..];
        }
        return true;
    }

    private static AppendResult.Refused Invalid(string words) => new(RefusalKind.Invalid, words);

    private static AppendResult.Refused Limit(string words) => new(RefusalKind.Limit, words);
}
