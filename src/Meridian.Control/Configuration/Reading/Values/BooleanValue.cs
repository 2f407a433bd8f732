namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>
/// <c>true</c> or <c>false</c>; the other words of old YAML are not taken, so that a country code NO stays one.
/// </summary>
internal sealed class BooleanValue : ScalarReader<bool>
{
    public override string Description => "true or false";

    public override string Example => "true";

    public override string Format(bool value) => value ? "true" : "false";

    protected override bool TryParse(ReadContext context, string text, out bool value, out ReadProblem problem)
    {
        value = text == "true";
        bool? meant = text.ToLowerInvariant() switch
        {
            "yes" or "on" or "true" => true,
            "no" or "off" or "false" => false,
            _ => null,
        };
        problem = new ReadProblem(null, meant is { } word ? Format(word) : null);
        return text is "true" or "false";
    }
}
