namespace Meridian.Control.Configuration.Reading;

/// <summary>A key of a map whose value is read by code of its own.</summary>
/// <param name="name">As it is written.</param>
/// <param name="valueType">What the value is, for the documentation.</param>
/// <param name="meaning">One sentence or two, for the documentation.</param>
internal class SchemaKey(string name, string valueType, string meaning)
{
    public string Name { get; } = name;

    public string ValueType { get; } = valueType;

    public string Meaning { get; } = meaning;

    public bool IsRequired { get; init; }

    /// <summary>What an absent key means, in words; null when that needs none or the default value says it.</summary>
    public string? DefaultText { get; init; }

    /// <summary>
    /// What an absent key means, for the documentation; null for a required key and where nothing is to say.
    /// </summary>
    public virtual string? DescribeDefault() => DefaultText;
}

/// <summary>A key whose value is of a kind that many keys share.</summary>
/// <param name="name">As it is written.</param>
/// <param name="value">Reads the value and describes it.</param>
/// <param name="defaultValue">What an absent key means.</param>
/// <param name="meaning">One sentence or two, for the documentation.</param>
internal sealed class SchemaKey<T>(string name, ValueReader<T> value, T defaultValue, string meaning)
    : SchemaKey(name, value.Description, meaning)
{
    public ValueReader<T> Value { get; } = value;

    public T Default { get; } = defaultValue;

    public override string? DescribeDefault() =>
        DefaultText ?? (IsRequired || Default is null ? null : $"`{Value.Format(Default)}`");
}
