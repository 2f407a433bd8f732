namespace Meridian.Engine.Model;

/// <summary>
/// A pattern of owner names relative to their zone, in lower case: one name (<c>@</c>, <c>www</c>), a name and what it is in front
/// of (<c>_acme-challenge.*</c>), what is below a name (<c>*.dyn</c>), or all (<c>*</c>).
/// </summary>
/// <param name="Text">As it is written.</param>
public readonly record struct OwnerPattern(string Text)
{
    /// <summary>Whether an owner name, relative to the zone and in lower case, is meant.</summary>
    public bool Covers(string owner)
    {
        if (Text == "*")
        {
            return true;
        }
        if (Text.StartsWith("*.", StringComparison.Ordinal))
        {
            return owner.Length >= Text.Length && owner.EndsWith(Text[1..], StringComparison.Ordinal);
        }
        if (!Text.EndsWith(".*", StringComparison.Ordinal))
        {
            return owner == Text;
        }
        // `_acme-challenge.*` is read from the left, as such names are written: itself, and itself before other labels.
        ReadOnlySpan<char> name = Text.AsSpan(..^2);
        return owner.AsSpan().StartsWith(name, StringComparison.Ordinal) && (owner.Length == name.Length || owner[name.Length] == '.');
    }
}
