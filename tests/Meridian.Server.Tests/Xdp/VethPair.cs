using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Server.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace Meridian.Server.Tests.Xdp;

/// <summary>
/// Two network namespaces joined by a virtual Ethernet cable: the server's end and the client's. Needs root and iproute2;
/// removing the namespaces removes the rest.
/// </summary>
internal sealed partial class VethPair : IDisposable
{
    public const string ServerInterface = "server0";
    public const string ClientInterface = "client0";
    public const int Queues = 2;

    public static readonly IPAddress ServerIPv4 = IPAddress.Parse("198.18.0.1");
    public static readonly IPAddress ServerIPv6 = IPAddress.Parse("2001:db8:5::1");

    private VethPair(string name)
    {
        ServerNamespace = name + "s";
        ClientNamespace = name + "c";
    }

    public string ServerNamespace { get; }

    public string ClientNamespace { get; }

    public static VethPair Create()
    {
        VethPair pair = new($"mxdp{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        try
        {
            pair.Build();
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs on a thread of its own in the server's namespace. Sockets stay in the namespace that they were made in, and
    /// threads start in that of the thread that starts them.
    /// </summary>
    public T OnServer<T>(Func<T> action) => Within(ServerNamespace, action);

    /// <summary>The same in the client's.</summary>
    public T OnClient<T>(Func<T> action) => Within(ClientNamespace, action);

    /// <summary>Runs a command in the server's namespace.</summary>
    public string RunOnServer(params string[] command) => Run(["netns", "exec", ServerNamespace, .. command]);

    public void Dispose()
    {
        foreach (string name in new[] { ServerNamespace, ClientNamespace })
        {
            if (File.Exists($"/var/run/netns/{name}"))
            {
                Run(["netns", "delete", name]);
            }
        }
    }

    private static T Within<T>(string name, Func<T> action)
    {
        T result = default!; // Set by the thread unless it throws, which is thrown on.
        ExceptionDispatchInfo? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                using SafeFileHandle handle = File.OpenHandle($"/var/run/netns/{name}");
                if (SetNamespace(handle, 0) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                result = action();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        Assert.True(thread.Join(TestServer.Patience));
        thrown?.Throw();
        return result;
    }

    private static string Run(string[] arguments)
    {
        using Process process = new()
        {
            StartInfo = new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0,
            $"ip {string.Join(' ', arguments)}: {errors} (these tests need root and iproute2)");
        return output;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int type);

    private void Build()
    {
        Run(["netns", "add", ServerNamespace]);
        Run(["netns", "add", ClientNamespace]);
        string queues = Queues.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Run(["link", "add", ServerInterface, "netns", ServerNamespace,
            "numrxqueues", queues, "numtxqueues", queues, "type", "veth",
            "peer", "name", ClientInterface, "netns", ClientNamespace,
            "numrxqueues", queues, "numtxqueues", queues]);
        foreach ((string space, string name, int host) in new[]
        {
            (ServerNamespace, ServerInterface, 1),
            (ClientNamespace, ClientInterface, 2),
        })
        {
            Run(["-n", space, "address", "add", $"198.18.0.{host}/24", "dev", name]);
            Run(["-n", space, "address", "add", $"2001:db8:5::{host}/64", "dev", name, "nodad"]);
            Run(["-n", space, "link", "set", "lo", "up"]);
            Run(["-n", space, "link", "set", name, "up"]);
        }
    }
}
