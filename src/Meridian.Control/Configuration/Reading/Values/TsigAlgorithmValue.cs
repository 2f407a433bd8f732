using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Tsig;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>The mnemonic of a TSIG algorithm.</summary>
internal sealed class TsigAlgorithmValue : ScalarReader<TsigAlgorithm?>
{
    public override string Description =>
        $"one of {string.Join(", ", TsigAlgorithm.All.Reverse().Select(algorithm => algorithm.Mnemonic))}";

    public override string Example => TsigAlgorithm.HmacSha256.Mnemonic;

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out TsigAlgorithm? value, out ReadProblem problem)
    {
        value = TsigAlgorithm.Find(text);
        problem = new ReadProblem(null, value is null ? context.Nearest(text, TsigAlgorithm.All.Select(known => known.Mnemonic)) : null);
        return value is not null;
    }
}
