import numpy as np
from scipy import ndimage
z=np.load('/work/main/training/cache/slices.npz');lab=z['label'];src=z['source'];fold=z['fold'];px=z['pixel']
for folds in ((1,2,3,4),(2,3,4)):
    s=m=m50=t=0
    for i in range(len(lab)):
        if src[i]=='volume' or fold[i] not in folds or not (lab[i]>=2).any(): continue
        p,n=ndimage.label(lab[i]>=2); a=np.bincount(p.ravel())[1:]*px[i]**2
        s+=1;m+=n;m50+=((a>=50)&(a<=9000)).sum(); t+=n
    print(folds,'slices',s,'comps',m,'library',m50)
a=np.load('/work/main/training/cache/anatomies.npz');ends=np.cumsum(a['height'].astype(int)*a['width']);mx=np.maximum.reduceat(a['pixels'],np.r_[0,ends[:-1]])
print('with mass outside fold 0',((mx>=2)&(a['fold']!=0)).sum(),'total fold1-4',(a['fold']!=0).sum(), 'folds234',((mx>=2)&np.isin(a['fold'],[2,3,4])).sum())
f=a['fold'];print({k:int((f==k).sum()) for k in range(5)})
