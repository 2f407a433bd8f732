using System.Globalization;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A share, written as <c>10%</c> and read as 0.1.</summary>
internal sealed class PercentageValue(int leastPercent, int mostPercent) : ScalarReader<double>
{
    public override string Description => $"a percentage, {leastPercent}% to {mostPercent}%";

    public override string Example => "10%";

    public override string Format(double value) => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.###}%");

    protected override bool TryParse(ReadContext context, string text, out double value, out ReadProblem problem)
    {
        bool isNumber = double.TryParse(
            text.AsSpan().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
        problem = isNumber && !text.EndsWith('%')
            ? new ReadProblem($"a percentage ends with '%': expected {Description}, such as {Example}; found '{text}'")
            : default;
        bool isValid = isNumber && text.EndsWith('%') && value >= leastPercent && value <= mostPercent;
        value /= 100;
        return isValid;
    }
}
