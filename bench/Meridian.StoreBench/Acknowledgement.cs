using System.Globalization;

namespace Meridian.StoreBench;

/// <summary>A line that a writing process prints for each change set, once it knows.</summary>
/// <param name="Outcome">A: accepted; C: a conflict; R: refused.</param>
/// <param name="Number">The revision that was accepted; 0 when none was.</param>
/// <param name="Detail">The revision's hash, or why it was refused.</param>
/// <param name="Marker">The change set's message, in no other set.</param>
public sealed record Acknowledgement(char Outcome, long Number, string Detail, string Marker)
{
    public bool IsAccepted => Outcome == 'A';

    /// <summary>Null for half a line: what a killed process was about to say.</summary>
    public static Acknowledgement? Parse(string line)
    {
        string[] parts = line.TrimEnd('\n').Split(' ');
        return line.EndsWith('\n') && parts is [{ Length: 1 } outcome, var number, var detail, var marker]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed)
            ? new Acknowledgement(outcome[0], parsed, detail, marker)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Outcome} {Number} {Detail} {Marker}\n");
}
