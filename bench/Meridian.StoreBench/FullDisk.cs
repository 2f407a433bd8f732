namespace Meridian.StoreBench;

/// <summary>A store on a disk that gets full.</summary>
public static class FullDisk
{
    private const string Size = "4m";

    public static async Task<ProofResult> RunAsync()
    {
        DirectoryInfo mount = Directory.CreateTempSubdirectory("meridian-full-");
        try
        {
            // A mount of its own, in a namespace of its own: it ends with the process. Without root, a user namespace as well.
            string[] unshare = Environment.UserName == "root" ? ["unshare", "-m"] : ["unshare", "-rm"];
            string output = await StoreProcess.RunAsync(
            [
                .. unshare, "sh", "-c", $"mount -t tmpfs -o size={Size} none \"$1\" && shift && exec \"$@\"", "sh", mount.FullName,
                .. StoreProcess.Self, "fill", "--directory", mount.FullName,
            ]);
            string[] parts = output.Trim().Split(' ');
            List<string> failures = [];
            if (parts is not [_, "DiskFull", "True"])
            {
                failures.Add($"the disk was full, and the log said: {output.Trim()}");
            }
            return new ProofResult(
                $"a disk of {Size} filled: {parts[0]} change sets accepted, then 20 refused as {parts[1]} with nothing of them applied; read all the while; accepted again once there was room", failures);
        }
        catch (InvalidOperationException e)
        {
            return new ProofResult("a disk filled", [e.Message]);
        }
        finally
        {
            mount.Delete(recursive: true);
        }
    }
}
