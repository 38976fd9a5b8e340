"""Writes the ONNX files of ONNXImportTests, and ONNX Runtime's outputs for them: run in this folder."""
import torch, torch.nn as nn, numpy as np, onnxruntime as ort
torch.manual_seed(1)


class Net(nn.Module):
    def __init__(s):
        super().__init__()
        s.c1=nn.Conv2d(3,8,3,2,1,bias=False); s.b1=nn.BatchNorm2d(8)
        s.pool=nn.MaxPool2d(3,2,1)
        s.dw=nn.Conv2d(8,8,3,1,1,groups=8); s.b2=nn.BatchNorm2d(8)
        s.se1=nn.Conv2d(8,4,1); s.se2=nn.Conv2d(4,8,1)
        s.c2=nn.Conv2d(8,6,3,padding=2,dilation=2,groups=2); s.fc=nn.Linear(6*4*5,5)
    def forward(s,x):
        x=torch.relu(s.b1(s.c1(x))); x=s.pool(x); y=nn.functional.silu(s.b2(s.dw(x)))
        g=torch.sigmoid(s.se2(torch.relu(s.se1(nn.functional.adaptive_avg_pool2d(y,1)))))
        x=x+y*g; x=nn.functional.hardswish(s.c2(x)); x=torch.cat([x[:,:] ,],1)
        x=nn.functional.leaky_relu(x,0.1)*0.5+0.25
        return torch.softmax(s.fc(x.view(x.shape[0],-1)),1)
m=Net()
for q in m.modules():
    if isinstance(q,nn.BatchNorm2d):
        q.running_mean.normal_(0,.3); q.running_var.uniform_(.5,1.5); q.weight.data.uniform_(.5,1.5); q.bias.data.normal_(0,.3)
m.eval(); x=torch.randn(2,3,16,20)
torch.onnx.export(m,(x,),'traced13.onnx',dynamo=False,opset_version=13,input_names=['image'],training=torch.onnx.TrainingMode.PRESERVE,do_constant_folding=False,dynamic_axes={'image':{0:'n'}})
torch.onnx.export(m,(x,),'exported20.onnx',dynamo=True,opset_version=20,input_names=['image'],external_data=True,dynamic_shapes=[{0:torch.export.Dim('n',min=2,max=64)}])
out={'x':x.numpy()}
for n in ['traced13','exported20']:
    out[n]=ort.InferenceSession(n+'.onnx').run(None,{'image':x.numpy()})[0]
np.savez('values.npz',**out)


def hostile(name, node, inputs, constants=[]):
    """A file that onnx.checker refuses."""
    value = lambda n, s: helper.make_tensor_value_info(n, 1, s)
    graph = helper.make_graph([node], "g", [value("x", s) for s in inputs], [value("y", None)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
    open(name + ".onnx", "wb").write(model.SerializeToString())


import onnx
from onnx import helper
scalar = helper.make_tensor("c", 1, [], [1.0])
hostile("flattened_scalar", helper.make_node("Flatten", ["c"], ["y"]), [["N", 2]], [scalar])
hostile("softmax_of_batch", helper.make_node("Softmax", ["x"], ["y"]), [["N"]])
hostile("too_few_pads", helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], auto_pad="SAME_UPPER", pads=[1], count_include_pad=1), [["N", 1, 6, 6]])
