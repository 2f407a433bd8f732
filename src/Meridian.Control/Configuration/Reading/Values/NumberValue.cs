using System.Globalization;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A number with a fraction within a range.</summary>
/// <param name="least">The least that is valid.</param>
/// <param name="most">The most that is valid; infinite for no bound.</param>
/// <param name="example">A valid number.</param>
internal sealed class NumberValue(double least, double most, double example) : ScalarReader<double>
{
    public override string Description => double.IsInfinity(most)
        ? string.Create(CultureInfo.InvariantCulture, $"a number, {least} or more")
        : string.Create(CultureInfo.InvariantCulture, $"a number, {least} to {most}");

    public override string Example => example.ToString(CultureInfo.InvariantCulture);

    protected override bool TryParse(ReadContext context, string text, out double value, out ReadProblem problem)
    {
        problem = default;
        return double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out value)
            && double.IsFinite(value) && value >= least && value <= most;
    }
}
