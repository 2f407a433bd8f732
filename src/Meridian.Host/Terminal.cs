using Spectre.Console;

namespace Meridian.Host;

/// <summary>Makes consoles that draw tables on a command's output.</summary>
internal static class Terminal
{
    // Without a terminal there is no width to fit: wide enough that no line of a table breaks, for grep and logs.
    private const int WidthWithoutTerminal = 240;

    public static IAnsiConsole Open(TextWriter output)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) };
        if (!settings.Out.IsTerminal)
        {
            settings.Ansi = AnsiSupport.No;
            settings.ColorSystem = ColorSystemSupport.NoColors;
            settings.Interactive = InteractionSupport.No;
        }
        IAnsiConsole console = AnsiConsole.Create(settings);
        if (!settings.Out.IsTerminal)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }
        return console;
    }
}
