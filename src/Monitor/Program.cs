using System.Runtime;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The monitor: each of its vCPUs waits for what its guest vCPU asks for, and answers.</summary>
internal static class Program
{
    private static Machine s_machine;

    [RuntimeExport("redoubt_main")]
    private static void Main(ulong manifest, ulong number)
    {
        int vcpu = (int)number;
        ref Machine machine = ref s_machine;
        if (vcpu == 0)
            machine.Open();

        ulong slot = Machine.Slot(vcpu);
        Reply reply = default;
        Kernel.Wait(Kernel.Never, out Arrival arrival);
        while (true)
        {
            if (!machine.TryAnswer(vcpu, ref arrival, ref reply, out ulong deadline))
            {
                Kernel.Wait(deadline, out arrival);
                continue;
            }

            Kernel.ResumeAndWait(slot, reply.Action, reply.V0, reply.V1, reply.V2, reply.V3, deadline, out arrival);
            // Refused if the guest was restarted meanwhile.
            if (arrival.Status != Status.Ok)
                Kernel.Wait(deadline, out arrival);
        }
    }
}
