using Meridian.Host;

return await CommandLineShell.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
