using System.Diagnostics.CodeAnalysis;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Reading;

/// <summary>
/// Reads one kind of value, and says what it expects in errors and in the documentation with the same words.
/// </summary>
internal abstract class ValueReader<T>
{
    /// <summary>What the value is, with its unit and range: <c>a duration, 100ms to 1h</c>.</summary>
    public abstract string Description { get; }

    /// <summary>A valid value as it is written.</summary>
    public abstract string Example { get; }

    /// <summary>Reads the value, or reports what is wrong with it.</summary>
    public abstract bool TryRead(ReadContext context, ConfigNode node, string path, [MaybeNullWhen(false)] out T value);

    /// <summary>The value as it would be written, to show a default.</summary>
    public virtual string Format(T value) =>
        Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";
}

/// <summary>A value that is written as one text.</summary>
internal abstract class ScalarReader<T> : ValueReader<T>
{
    public sealed override bool TryRead(
        ReadContext context, ConfigNode node, string path, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not ScalarNode scalar || scalar.IsNull)
        {
            context.Error(node, path, $"expected {Description}, such as {Example}; found {node.Describe()}");
            return false;
        }
        if (TryParse(context, scalar.Text, out value, out ReadProblem problem))
        {
            return true;
        }
        string message = problem.Message ?? $"expected {Description}, such as {Example}; found {node.Describe()}";
        context.Error(node, path, message, problem.Suggestion);
        return false;
    }

    protected abstract bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out T value, out ReadProblem problem);
}

/// <summary>Why a text is not a value of its kind.</summary>
/// <param name="Message">Null for "expected …, found …".</param>
/// <param name="Suggestion">The nearest valid text.</param>
internal readonly record struct ReadProblem(string? Message, string? Suggestion = null);
