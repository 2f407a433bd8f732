using System.Globalization;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A whole number within a range.</summary>
internal sealed class IntegerValue(int least, int most) : ScalarReader<int>
{
    public override string Description => $"a whole number, {least} to {most}";

    public override string Example => Math.Clamp(2, least, most).ToString(CultureInfo.InvariantCulture);

    protected override bool TryParse(ReadContext context, string text, out int value, out ReadProblem problem)
    {
        problem = default;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= least && value <= most;
    }
}
