using System.Diagnostics.CodeAnalysis;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>The same value for a key whose absence is told apart from every value.</summary>
internal sealed class OptionalValue<T>(ValueReader<T> inner) : ValueReader<T?>
    where T : struct
{
    public override string Description => inner.Description;

    public override string Example => inner.Example;

    public override bool TryRead(ReadContext context, ConfigNode node, string path, [MaybeNullWhen(false)] out T? value)
    {
        bool isRead = inner.TryRead(context, node, path, out T found);
        value = isRead ? found : null;
        return isRead;
    }

    public override string Format(T? value) => value is { } present ? inner.Format(present) : "";
}
