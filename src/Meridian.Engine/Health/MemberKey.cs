namespace Meridian.Engine.Health;

/// <summary>Which member a verdict is about; stable over reloads as long as pool and target stay.</summary>
/// <param name="Pool">The pool's name.</param>
/// <param name="Target">The member's address or hostname, as <see cref="Model.MemberModel.Target"/> gives it.</param>
public readonly record struct MemberKey(string Pool, string Target)
{
    public override string ToString() => $"{Pool}/{Target}";
}
