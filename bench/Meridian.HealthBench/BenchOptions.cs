using System.Globalization;
using Meridian.Engine.Model;

namespace Meridian.HealthBench;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    public MonitorType Type { get; init; } = MonitorType.Http;

    public int Members { get; init; } = 10_000;

    public int IntervalMs { get; init; } = 1000;

    public int Seconds { get; init; } = 10;

    /// <summary>Where the backends listen, on every address of 127.0.0.0/8.</summary>
    public int Port { get; init; } = 18080;

    public bool Confirm { get; init; }

    public bool IsTls => Type == MonitorType.Https;

    /// <summary>Null when an argument is not understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        BenchOptions options = new();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--confirm")
            {
                options = options with { Confirm = true };
                continue;
            }
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            BenchOptions? next = args[i++] switch
            {
                "--type" when Enum.TryParse(value, ignoreCase: true, out MonitorType type) => options with { Type = type },
                "--members" when isNumber => options with { Members = number },
                "--interval-ms" when isNumber => options with { IntervalMs = number },
                "--seconds" when isNumber => options with { Seconds = number },
                "--port" when isNumber => options with { Port = number },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }
            options = next;
        }
        return options;
    }
}
